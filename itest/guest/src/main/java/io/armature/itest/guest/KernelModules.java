package io.armature.itest.guest;

import java.io.IOException;
import java.util.List;

/** Parts of a guest's kernel that it loads when it is told to. */
final class KernelModules {

    /** What devices on the machine's bus need, in the order in which they need each other. */
    static final List<String> BUS =
            List.of(
                    "virtio_pci_legacy_dev",
                    "virtio_pci_modern_dev",
                    "virtio_ring",
                    "virtio",
                    "virtio_pci");

    private static final String FOLDER = "/modules";

    private KernelModules() {}

    /** Adds them to what a guest starts with. */
    static RootFiles add(RootFiles files, List<String> modules) throws IOException {
        for (String module : modules) {
            files.copy(GuestParts.module(module), FOLDER + "/" + module + ".ko");
        }
        return files;
    }

    /** Has a guest load those that it has not loaded. */
    static void load(Guest guest, List<String> modules) throws IOException, InterruptedException {
        String each =
                "for module in %s; do"
                        + " [ -e /sys/module/$module ] || insmod %s/$module.ko || exit 1; done";
        guest.run(each.formatted(String.join(" ", modules), FOLDER)).ok();
    }
}
