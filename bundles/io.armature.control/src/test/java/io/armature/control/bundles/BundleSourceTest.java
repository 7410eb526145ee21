package io.armature.control.bundles;

import io.armature.control.api.ConsoleSource;
import io.armature.control.api.ConsoleSourceContract;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleListener;
import org.osgi.framework.Version;

class BundleSourceTest extends ConsoleSourceContract {

    private final List<BundleListener> listeners = new ArrayList<>();
    private final Bundle bundle = proxy(Bundle.class, BundleSourceTest::bundle);
    private final BundleSource source = new BundleSource(proxy(BundleContext.class, this::context));

    /** A method of a framework that only this test knows. */
    private interface Answer {
        Object to(Method method, Object[] arguments);
    }

    private static <T> T proxy(Class<T> type, Answer answer) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) -> answer.to(method, arguments)));
    }

    private static Object bundle(Method method, Object[] arguments) {
        return switch (method.getName()) {
            case "getBundleId" -> 7L;
            case "getSymbolicName" -> "io.armature.\"odd\"";
            case "getVersion" -> Version.valueOf("1.2.3");
            case "getState" -> Bundle.ACTIVE;
            case "getLastModified" -> 40L;
            case "adapt" -> null;
            default -> throw new AssertionError(method);
        };
    }

    private Object context(Method method, Object[] arguments) {
        return switch (method.getName()) {
            case "getBundles" -> new Bundle[] {bundle};
            case "getProperty" -> "30-39";
            case "addBundleListener" -> listeners.add((BundleListener) arguments[0]);
            case "removeBundleListener" -> listeners.remove(arguments[0]);
            default -> throw new AssertionError(method);
        };
    }

    @Override
    protected ConsoleSource source() {
        return source;
    }

    @Override
    protected void change() {
        List.copyOf(listeners)
                .forEach(
                        listener ->
                                listener.bundleChanged(
                                        new BundleEvent(BundleEvent.STARTED, bundle)));
    }
}
