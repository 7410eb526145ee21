package io.armature.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** Services are got when somebody looks, and let go when they or the console go. */
class ShownTest {

    private final Map<Object, Integer> held = new HashMap<>();
    private final Map<Object, String> services = new HashMap<>();
    private final List<String> seen = new ArrayList<>();
    private final ServiceReference<String> first = reference("first");
    private final ServiceReference<String> second = reference("second");
    private final Shown<String> shown = new Shown<>(context());

    private BundleContext context() {
        return (BundleContext)
                Proxy.newProxyInstance(
                        ShownTest.class.getClassLoader(),
                        new Class<?>[] {BundleContext.class},
                        (self, method, arguments) -> {
                            boolean got = method.getName().equals("getService");
                            held.merge(arguments[0], got ? 1 : -1, Integer::sum);
                            return got ? services.get(arguments[0]) : (Object) true;
                        });
    }

    @SuppressWarnings("unchecked") // a proxy is of no generic type
    private ServiceReference<String> reference(String service) {
        Object made =
                Proxy.newProxyInstance(
                        ShownTest.class.getClassLoader(),
                        new Class<?>[] {ServiceReference.class},
                        (self, method, arguments) ->
                                switch (method.getName()) {
                                    case "equals" -> self == arguments[0];
                                    case "hashCode" -> service.hashCode();
                                    default -> service;
                                });
        services.put(made, service);
        return (ServiceReference<String>) made;
    }

    private void look() {
        shown.open(seen::add, seen::remove);
    }

    @Test
    void nothingIsGotBeforeSomebodyLooks() {
        shown.add(first);
        shown.add(second);
        shown.remove(second);
        assertThat(held).isEmpty();
        look();
        assertThat(seen).containsExactly("first");
        assertThat(held).containsOnlyKeys(first).containsEntry(first, 1);
    }

    @Test
    void whoComesAndGoesLaterIsShownAndLetGo() {
        look();
        shown.add(first);
        shown.add(second);
        assertThat(seen).containsExactly("first", "second");
        shown.remove(first);
        assertThat(seen).containsExactly("second");
        assertThat(held).containsEntry(first, 0).containsEntry(second, 1);
    }

    @Test
    void endLetsAllGoAndNobodyLooksAfterIt() {
        shown.add(first);
        look();
        shown.close();
        assertThat(held).containsEntry(first, 0);
        shown.add(second);
        look();
        assertThat(held).doesNotContainKey(second);
    }

    @Test
    void whatCannotBeMadeIsNotShown() {
        services.remove(first);
        look();
        shown.add(first);
        assertThat(seen).isEmpty();
        shown.remove(first);
    }
}
