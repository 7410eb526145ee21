package io.armature.launcher;

import java.nio.file.Path;

/** Verifies a slot on a thread of its own, beside the framework's start. */
final class Verification extends Thread {

    private final Path slot;
    private final SlotLock lock;
    private final byte[] lockBytes;
    // Written before the thread ends, read after join().
    private String lockDigest;
    private long finishedNanos;
    private LaunchException refusal;

    Verification(Path slot, SlotLock lock, byte[] lockBytes) {
        super("launcher-verify");
        setDaemon(true);
        this.slot = slot;
        this.lock = lock;
        this.lockBytes = lockBytes;
    }

    @Override
    public void run() {
        try {
            SlotVerifier verifier = new SlotVerifier(slot, given());
            verifier.verify(lock);
            lockDigest = verifier.digestOf(lockBytes);
        } catch (LaunchException e) {
            refusal = e;
        } finally {
            finishedNanos = System.nanoTime();
        }
    }

    /** Those that the stub takes beside the JVM's start, docs/formats/lock.md. */
    private static GivenDigests given() {
        return "stdin".equals(System.getProperty("armature.digests"))
                ? GivenDigests.read(System.in, System.getProperty("armature.slot") + "/")
                : GivenDigests.none();
    }

    /** Waits for the end and throws what was found wrong. */
    void await() throws LaunchException {
        try {
            join();
        } catch (InterruptedException e) {
            throw new LaunchException(ExitStatus.FRAMEWORK_FAILED, "interrupted at start", e);
        }
        if (refusal != null) {
            throw refusal;
        }
        if (lockDigest == null) {
            throw LaunchException.refused("verification ended early");
        }
    }

    String lockDigest() {
        return lockDigest;
    }

    long finishedNanos() {
        return finishedNanos;
    }
}
