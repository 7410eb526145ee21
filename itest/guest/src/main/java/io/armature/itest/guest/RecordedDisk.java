package io.armature.itest.guest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A guest's disk of which every write and every flush is recorded in their order, by QEMU's filter
 * {@code blklogwrites}. A flush has reached the record before the guest knows that it is done.
 *
 * @param image what is on the disk at first, raw; the guest changes it
 * @param log where the record goes, in the format of Linux's dm-log-writes; exists, of any content
 */
public record RecordedDisk(Path image, Path log) {

    private static final String MODULES = "/modules";

    /** As they need each other. */
    private static final List<String> DRIVERS =
            List.of(
                    "virtio_pci_legacy_dev",
                    "virtio_pci_modern_dev",
                    "virtio_ring",
                    "virtio",
                    "virtio_pci",
                    "virtio_blk");

    /** Adds the drivers to what a guest starts with. */
    public static RootFiles addDrivers(RootFiles files) throws IOException {
        for (String driver : DRIVERS) {
            files.copy(GuestParts.module(driver), MODULES + "/" + driver + ".ko");
        }
        return files;
    }

    /** Has a guest with these files see its disk. */
    public static void load(Guest guest) throws IOException, InterruptedException {
        String each = "for driver in %s; do insmod %s/$driver.ko || exit 1; done";
        guest.run(each.formatted(String.join(" ", DRIVERS), MODULES)).ok();
    }

    List<String> arguments() {
        return List.of(
                "-blockdev",
                "driver=file,node-name=image,filename=" + image,
                "-blockdev",
                "driver=file,node-name=log,filename=" + log,
                "-blockdev",
                "driver=blklogwrites,node-name=disk,file=image,log=log",
                "-device",
                "virtio-blk-pci,drive=disk,write-cache=on");
    }
}
