package io.armature.reporting.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.mqtt.api.Connection;
import io.armature.reporting.mqtt.api.Events;
import io.armature.reporting.mqtt.api.Opening;
import io.armature.reporting.mqtt.api.Transport;
import java.lang.reflect.Proxy;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.osgi.framework.ServiceReference;

class TransportsTest {

    /** Known by its name. */
    private record Named(String name) implements Transport {

        @Override
        public Connection open(Opening opening, Events events) {
            throw new AssertionError("only asked for");
        }
    }

    /** Ranked by service id alone: the later one is the lower one. */
    @SuppressWarnings("unchecked") // a proxy has no type parameters
    private static ServiceReference<Transport> reference(String version, int id) {
        return (ServiceReference<Transport>)
                Proxy.newProxyInstance(
                        TransportsTest.class.getClassLoader(),
                        new Class<?>[] {ServiceReference.class, Comparable.class},
                        (proxy, method, arguments) ->
                                switch (method.getName()) {
                                    case "getProperty" ->
                                            arguments[0].equals("id") ? (Object) id : version;
                                    case "compareTo" ->
                                            (int)
                                                            ((ServiceReference<?>) arguments[0])
                                                                    .getProperty("id")
                                                    - id;
                                    case "hashCode" -> id;
                                    case "equals" -> proxy == arguments[0];
                                    default -> throw new AssertionError(method.getName());
                                });
    }

    private final ServiceReference<Transport> three = reference("3.1.1", 1);
    private final ServiceReference<Transport> five = reference("5", 2);
    private final ServiceReference<Transport> otherFive = reference("5", 3);
    private final ServiceReference<Transport> strange = reference("six", 4);

    private Transports with(String wanted) {
        Transports transports = new Transports(wanted);
        transports.add(three, new Named("three"));
        transports.add(otherFive, new Named("other five"));
        transports.add(strange, new Named("strange"));
        transports.add(five, new Named("five"));
        return transports;
    }

    @Test
    void theVersionThatIsSetIsTheOnlyOneUsed() {
        assertThat(with("3.1.1").best()).contains(new Named("three"));
        Transports set = with("5");
        assertThat(set.best()).contains(new Named("five"));
        set.remove(five);
        assertThat(set.best()).contains(new Named("other five"));
        set.remove(otherFive);
        assertThat(set.best()).isEqualTo(Optional.empty());
    }

    @Test
    void highestGoesDownAndUpAsBundlesGoAndCome() {
        Transports any = with(Transports.HIGHEST);
        assertThat(any.best()).contains(new Named("five"));
        any.remove(five);
        assertThat(any.best()).contains(new Named("other five"));
        any.remove(otherFive);
        assertThat(any.best()).contains(new Named("three"));
        any.add(five, new Named("five"));
        assertThat(any.best()).contains(new Named("five"));
    }
}
