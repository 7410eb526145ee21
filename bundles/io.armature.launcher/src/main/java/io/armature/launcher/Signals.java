package io.armature.launcher;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;

/**
 * Hears of signals. The JDK has no other way than {@code sun.misc.Signal}; it is reached by
 * reflection because javac warns of it whatever is suppressed.
 */
final class Signals implements InvocationHandler {

    private final Consumer<String> receiver;
    private final Method name;

    private Signals(Consumer<String> receiver, Method name) {
        this.receiver = receiver;
        this.name = name;
    }

    /**
     * Passes signals on, each on a thread of its own.
     *
     * @param receiver gets the name without {@code SIG}
     */
    static void listen(Consumer<String> receiver, String... names)
            throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object proxy =
                Proxy.newProxyInstance(
                        Signals.class.getClassLoader(),
                        new Class<?>[] {handler},
                        new Signals(receiver, signal.getMethod("getName")));
        Method handle = signal.getMethod("handle", signal, handler);
        for (String each : names) {
            handle.invoke(null, signal.getConstructor(String.class).newInstance(each), proxy);
        }
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments)
            throws ReflectiveOperationException {
        if (method.getDeclaringClass() == Object.class) {
            return method.invoke(this, arguments);
        }
        receiver.accept((String) name.invoke(arguments[0]));
        return null;
    }
}
