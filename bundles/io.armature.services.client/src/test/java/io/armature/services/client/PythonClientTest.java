package io.armature.services.client;

import org.junit.jupiter.api.Nested;

/** Every form of pipe on either side. */
class PythonClientTest {

    @Nested
    class BothDescriptors extends PythonClientCases {
        BothDescriptors() {
            super(Pipes.DESCRIPTORS, Pipes.DESCRIPTORS);
        }
    }

    @Nested
    class PythonByChannels extends PythonClientCases {
        PythonByChannels() {
            super(Pipes.CHANNELS, Pipes.DESCRIPTORS);
        }
    }

    @Nested
    class JavaByChannels extends PythonClientCases {
        JavaByChannels() {
            super(Pipes.DESCRIPTORS, Pipes.CHANNELS);
        }
    }

    @Nested
    class BothChannels extends PythonClientCases {
        BothChannels() {
            super(Pipes.CHANNELS, Pipes.CHANNELS);
        }
    }
}
