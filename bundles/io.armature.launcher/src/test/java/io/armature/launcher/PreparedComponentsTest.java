package io.armature.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;

class PreparedComponentsTest {

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The slot's file: head "head", bundles a (2 components, "aa") and b (1, "b"). */
    private static byte[] prepared() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write('A');
        out.write('R');
        out.write('C');
        out.write(1);
        out.writeInt(4);
        out.write(ascii("head"));
        out.writeInt(2);
        out.writeUTF("a");
        out.writeInt(2);
        out.writeInt(2);
        out.write(ascii("aa"));
        out.writeUTF("b");
        out.writeInt(1);
        out.writeInt(1);
        out.write(ascii("b"));
        return bytes.toByteArray();
    }

    private static Bundle bundle(String name, long id, long modified) {
        return (Bundle)
                Proxy.newProxyInstance(
                        Bundle.class.getClassLoader(),
                        new Class<?>[] {Bundle.class},
                        (proxy, method, arguments) ->
                                switch (method.getName()) {
                                    case "getSymbolicName" -> name;
                                    case "getBundleId" -> id;
                                    case "getLastModified" -> modified;
                                    default -> throw new UnsupportedOperationException();
                                });
    }

    @Test
    void storeHasThisRunsNumbersAndTimes() throws Exception {
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(expected);
        out.write(ascii("head"));
        out.writeInt(2);
        out.writeLong(7);
        out.writeInt(2);
        out.writeLong(1_700_000_000_001L);
        out.write(ascii("aa"));
        out.writeLong(3);
        out.writeInt(1);
        out.writeLong(1_700_000_000_002L);
        out.write(ascii("b"));

        assertThat(
                        PreparedComponents.store(
                                prepared(),
                                bundle("b", 3, 1_700_000_000_002L),
                                bundle("a", 7, 1_700_000_000_001L)))
                .isEqualTo(expected.toByteArray());
    }

    @Test
    void bundleThatIsNotInstalledIsLeftOut() throws Exception {
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(expected);
        out.write(ascii("head"));
        out.writeInt(1);
        out.writeLong(9);
        out.writeInt(1);
        out.writeLong(5);
        out.write(ascii("b"));

        assertThat(PreparedComponents.store(prepared(), bundle("b", 9, 5), bundle("c", 1, 1)))
                .isEqualTo(expected.toByteArray());
    }

    @Test
    void fileThatIsCutOffAnywhereIsRefused() throws Exception {
        byte[] whole = prepared();
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> PreparedComponents.store(part, bundle("b", 9, 5)))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void anotherVersionIsRefused() throws Exception {
        byte[] file = prepared();
        file[3] = 2;
        assertThatThrownBy(() -> PreparedComponents.store(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("version 1");
    }
}
