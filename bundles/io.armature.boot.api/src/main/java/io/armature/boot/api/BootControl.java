package io.armature.boot.api;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The application's side of a boot. The calling bundle is the caller's identity. Any thread may
 * call this.
 *
 * <p>Refer to it dynamically and optionally, and announce whenever it appears: a static reference
 * would restart the application with every update of the conductor.
 */
@ProviderType
public interface BootControl {

    /**
     * True if the calling bundle is the profile's application, which has to announce itself. Does
     * not change while the device runs.
     */
    boolean isApplication();

    /**
     * Announces that the application gives service: boot-complete is published and the boot goes on
     * to system-services. Repeated calls change nothing.
     *
     * @throws SecurityException if the calling bundle is not the profile's application
     */
    void announceReady();

    /**
     * Completes when the phase's milestone is published; never exceptionally. {@link
     * Phase#FRAMEWORK}, which has none, is reached from the start. Do not block in what you attach.
     */
    CompletionStage<Void> reached(Phase phase);
}
