package io.armature.platform;

import io.armature.platform.api.Randomness;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * The kernel's generator, read directly: {@code SecureRandom} would load a security provider on the
 * boot path.
 */
@Component
public final class KernelRandomness implements Randomness {

    private final String device;

    @Activate
    public KernelRandomness() {
        this("/dev/urandom");
    }

    KernelRandomness(String device) {
        this.device = device;
    }

    @Override
    public void fill(byte[] target) {
        try (InputStream in = new FileInputStream(device)) {
            if (in.readNBytes(target, 0, target.length) != target.length) {
                throw new IOException("unexpected end");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + device, e);
        }
    }
}
