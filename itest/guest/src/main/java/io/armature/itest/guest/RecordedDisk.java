package io.armature.itest.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A guest's disk of which every write and every flush is recorded in their order, by QEMU's filter
 * {@code blklogwrites}. A flush has reached the record before the guest knows that it is done. The
 * guest has it as {@code /dev/vda}.
 *
 * @param image what is on the disk at first, raw; the guest changes it
 * @param log where the record goes, in the format of Linux's dm-log-writes; exists, of any content
 */
public record RecordedDisk(Path image, Path log) implements GuestDevice {

    private static final String DRIVER = "virtio_blk";

    /** Adds the drivers to what a guest starts with. */
    public static RootFiles addDrivers(RootFiles files) throws IOException {
        return KernelModules.add(KernelModules.add(files, KernelModules.BUS), List.of(DRIVER));
    }

    @Override
    public List<String> arguments() {
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

    /** The image is as it was: nothing writes to it before the guest has loaded its driver. */
    @Override
    public void reset() throws IOException {
        Files.write(log, new byte[0]);
    }

    @Override
    public void load(Guest guest) throws IOException, InterruptedException {
        KernelModules.load(guest, KernelModules.BUS);
        KernelModules.load(guest, List.of(DRIVER));
    }
}
