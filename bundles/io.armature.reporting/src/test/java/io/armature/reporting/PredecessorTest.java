package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;

/** The spool is opened by one instance of the bundle at a time. */
class PredecessorTest {

    private final List<FakeBundle> bundles = new ArrayList<>();
    private final List<SynchronousBundleListener> listeners = new ArrayList<>();
    private final FakeBundle own = add(5, "spool", Bundle.STARTING);

    @Test
    void withoutAnotherInstanceThereIsNothingToWaitFor() {
        add(4, "other", Bundle.ACTIVE);
        add(6, "spool", Bundle.INSTALLED);
        Predecessor predecessor = new Predecessor(context());
        assertThat(predecessor.present()).isFalse();
        assertThat(predecessor.gone().toCompletableFuture()).isCompleted();
        assertThat(listeners).isEmpty();
    }

    @Test
    void anInstanceThatRunsIsWaitedForUntilItHasStopped() {
        FakeBundle old = add(4, "spool", Bundle.ACTIVE);
        Predecessor predecessor = new Predecessor(context());
        assertThat(predecessor.present()).isTrue();
        tell(old, Bundle.STOPPING, BundleEvent.STOPPING);
        assertThat(predecessor.present()).isTrue();
        tell(old, Bundle.RESOLVED, BundleEvent.STOPPED);
        assertThat(predecessor.gone().toCompletableFuture()).isCompleted();
        assertThat(listeners).isEmpty();
    }

    @Test
    void ofTwoThatStartTogetherTheFirstInstalledGoesFirst() {
        add(4, "spool", Bundle.STARTING);
        assertThat(new Predecessor(context()).present()).isTrue();
        bundles.remove(1);
        add(6, "spool", Bundle.STARTING);
        assertThat(new Predecessor(context()).present()).isFalse();
    }

    @Test
    void closedItNeverStartsTheSpool() {
        FakeBundle old = add(4, "spool", Bundle.ACTIVE);
        Predecessor predecessor = new Predecessor(context());
        predecessor.close();
        tell(old, Bundle.RESOLVED, BundleEvent.STOPPED);
        assertThat(predecessor.present()).isTrue();
    }

    private void tell(FakeBundle bundle, int state, int event) {
        bundle.state = state;
        List.copyOf(listeners)
                .forEach(each -> each.bundleChanged(new BundleEvent(event, bundle.proxy)));
    }

    private FakeBundle add(long id, String name, int state) {
        FakeBundle bundle = new FakeBundle(id, name, state);
        bundles.add(bundle);
        return bundle;
    }

    private BundleContext context() {
        return (BundleContext)
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {BundleContext.class},
                        (proxy, method, arguments) -> called(method.getName(), arguments));
    }

    private Object called(String method, Object[] arguments) {
        switch (method) {
            case "getBundle" -> {
                return own.proxy;
            }
            case "getBundles" -> {
                return bundles.stream().map(each -> each.proxy).toArray(Bundle[]::new);
            }
            case "addBundleListener" -> listeners.add((SynchronousBundleListener) arguments[0]);
            case "removeBundleListener" ->
                    listeners.remove((SynchronousBundleListener) arguments[0]);
            default -> throw new AssertionError(method);
        }
        return null;
    }

    private static final class FakeBundle {
        final Bundle proxy;
        int state;

        FakeBundle(long id, String name, int initial) {
            state = initial;
            proxy =
                    (Bundle)
                            Proxy.newProxyInstance(
                                    getClass().getClassLoader(),
                                    new Class<?>[] {Bundle.class},
                                    (self, method, arguments) ->
                                            switch (method.getName()) {
                                                case "getBundleId" -> id;
                                                case "getSymbolicName" -> name;
                                                case "getState" -> state;
                                                case "hashCode" -> (int) id;
                                                case "equals" -> self == arguments[0];
                                                default -> throw new AssertionError(method);
                                            });
        }
    }
}
