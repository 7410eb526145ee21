package io.armature.launcher;

import io.armature.launcher.SlotLock.LockedBundle;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * One run of a slot on a root: lock, verification beside the framework's start, install, wait.
 *
 * <p>The framework starts only after every byte of the slot is verified. Storage is made anew at
 * every start, so what runs is what the lock names.
 */
final class Appliance {

    /** Of a bundle that is installed while the device runs. */
    private static final int LEVEL_OF_LATECOMERS = 40;

    private final Path root;
    private final Path slot;
    private final Stamps stamps;

    /**
     * @param root the device's root, also the working directory
     * @param slot absolute path of the slot
     */
    Appliance(Path root, Path slot, Stamps stamps) {
        this.root = root;
        this.slot = slot;
        this.stamps = stamps;
    }

    ExitStatus run() throws LaunchException {
        Path run = directory("run/armature");
        directory("var/cache/armature");
        System.setProperty("armature.log", directory("var/log/armature").toString());
        // Held until the process ends, whatever happens on the way.
        RootLock held = RootLock.take(run);
        new Ahead().start();
        stamps.mark("locked");
        byte[] lockBytes = readLock();
        SlotLock lock = SlotLock.parse(lockBytes);
        Verification verification = new Verification(slot, lock, lockBytes);
        verification.start();
        ExitStatus status = run(lock, verification);
        try {
            held.close();
        } catch (IOException e) {
            // The process ends now and the kernel closes it.
            return status;
        }
        return status;
    }

    private ExitStatus run(SlotLock lock, Verification verification) throws LaunchException {
        Framework framework = newFramework(lock);
        Stopper stopper = new Stopper(framework);
        stopper.listen(Boolean.getBoolean("armature.training"));
        try {
            framework.init();
            stamps.mark("framework");
            framework.getBundleContext().addFrameworkListener(new FrameworkLog());
            framework.getBundleContext().addBundleListener(new BundleStamps());
            long began = System.currentTimeMillis();
            install(framework.getBundleContext(), lock.bundles());
            // A bundle of another time is one that was replaced.
            System.setProperty("armature.installed", began + "-" + System.currentTimeMillis());
            stamps.mark("installed");
            // At once: bundle by bundle at their starts, resolving takes three times as long.
            framework.adapt(FrameworkWiring.class).resolveBundles(null);
            stamps.mark("resolved");
            verification.await();
            stamps.add("verified", verification.finishedNanos());
            System.setProperty("armature.lock.digest", verification.lockDigest());
            PreparedComponents.give(slot, framework.getBundleContext());
            System.setProperty("armature.stamps", stamps.toString());
            // No bundle runs before a signal can end it in order.
            stopper.awaitListening();
            classesAhead(framework.getBundleContext());
            framework.start();
        } catch (BundleException e) {
            throw new LaunchException(
                    ExitStatus.FRAMEWORK_FAILED, "framework did not start: " + e.getMessage(), e);
        }
        stopper.started();
        ServiceNotifier notifier =
                ServiceNotifier.of(System.getenv(), framework.getBundleContext());
        if (notifier != null) {
            stopper.notify(notifier);
            notifier.start();
        }
        return stopper.await();
    }

    private Framework newFramework(SlotLock lock) throws LaunchException {
        Iterator<FrameworkFactory> factories =
                ServiceLoader.load(FrameworkFactory.class, Appliance.class.getClassLoader())
                        .iterator();
        if (!factories.hasNext()) {
            throw new LaunchException(
                    ExitStatus.FRAMEWORK_FAILED, "no OSGi framework on the class path");
        }
        return factories.next().newFramework(properties(lock));
    }

    private Map<String, String> properties(SlotLock lock) throws LaunchException {
        Map<String, String> map = FrameworkProperties.read(slot.resolve("profile"));
        map.put("armature.root", root.toString());
        map.put("armature.slot", slot.toString());
        map.put("armature.version", lock.version());
        map.put("armature.profile", lock.profile());
        map.put("armature.application", lock.application());
        map.put("armature.archive", System.getProperty("armature.archive", "absent"));
        map.put("felix.cm.dir", root.resolve("var/lib/armature/config").toString());
        map.put(
                Constants.FRAMEWORK_STORAGE,
                root.resolve("var/cache/armature/framework").toString());
        map.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
        map.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, "1");
        map.put("felix.cache.locking", "false");
        map.put("felix.resolver.parallelism", "1");
        map.put("felix.service.urlhandlers", "false");
        // The composer prepares components for a runtime that is told so.
        map.put("ds.delayed.keepInstances", "true");
        map.put(PreparedComponents.USE, Boolean.toString(PreparedComponents.in(slot)));
        map.put("ds.stop.timeout.milliseconds", "3000");
        return map;
    }

    /** Installs by level, so that the level is stored with the bundle and not in a second write. */
    private void install(BundleContext context, List<LockedBundle> locked) throws LaunchException {
        List<LockedBundle> byLevel = new ArrayList<>(locked);
        byLevel.sort(BY_LEVEL);
        FrameworkStartLevel levels = context.getBundle().adapt(FrameworkStartLevel.class);
        String prefix = prefix();
        int level = 0;
        for (LockedBundle bundle : byLevel) {
            if (bundle.level() != level) {
                level = bundle.level();
                levels.setInitialBundleStartLevel(level);
            }
            install(context, prefix, bundle);
        }
        levels.setInitialBundleStartLevel(LEVEL_OF_LATECOMERS);
    }

    private String prefix() {
        return "reference:file:" + slot + File.separatorChar;
    }

    private void classesAhead(BundleContext context) {
        String list = System.getProperty("armature.classes");
        if (list != null) {
            Thread thread =
                    new Thread(
                            new ClassesAhead(root.resolve(list), prefix(), context.getBundles()),
                            "launcher-classes");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private static void install(BundleContext context, String prefix, LockedBundle locked)
            throws LaunchException {
        String path = locked.file().path();
        try {
            Bundle bundle = context.installBundle(prefix + path);
            if (!locked.symbolicName().equals(bundle.getSymbolicName())
                    || !bundle.getVersion().equals(Version.parseVersion(locked.version()))) {
                throw LaunchException.refused(
                        "lock says "
                                + locked.symbolicName()
                                + " "
                                + locked.version()
                                + ", but "
                                + path
                                + " is "
                                + bundle.getSymbolicName()
                                + " "
                                + bundle.getVersion());
            }
            if ((bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT)
                    == 0) {
                bundle.start(Bundle.START_ACTIVATION_POLICY);
            }
        } catch (BundleException | IllegalArgumentException e) {
            throw new LaunchException(
                    ExitStatus.FRAMEWORK_FAILED,
                    "cannot install " + path + ": " + e.getMessage(),
                    e);
        }
    }

    private byte[] readLock() throws LaunchException {
        File file = slot.resolve("lock").toFile();
        try (FileInputStream in = new FileInputStream(file)) {
            byte[] content = in.readNBytes(SlotLock.LIMIT_BYTES + 1);
            if (content.length > SlotLock.LIMIT_BYTES) {
                throw LaunchException.refused("lock is longer than 1 MiB");
            }
            return content;
        } catch (IOException e) {
            throw new LaunchException(ExitStatus.SLOT_REFUSED, "no readable lock in " + slot, e);
        }
    }

    private Path directory(String name) throws LaunchException {
        Path path = root.resolve(name);
        try {
            if (!path.toFile().isDirectory()) {
                Files.createDirectories(path);
            }
            return path;
        } catch (IOException e) {
            throw new LaunchException(
                    ExitStatus.ROOT_UNUSABLE, "cannot make directory " + path + ": " + e, e);
        }
    }

    private static final Comparator<LockedBundle> BY_LEVEL = new ByLevel();

    private static final class ByLevel implements Comparator<LockedBundle> {
        @Override
        public int compare(LockedBundle a, LockedBundle b) {
            return Integer.compare(a.level(), b.level());
        }
    }
}
