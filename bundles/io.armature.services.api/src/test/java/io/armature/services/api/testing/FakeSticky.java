package io.armature.services.api.testing;

import io.armature.services.api.Hold;
import io.armature.services.api.Sticky;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Calls whoever is there now; holds nothing. */
final class FakeSticky<T> implements Sticky<T> {

    private final Hold hold;
    private final Supplier<T> owner;
    private final T standIn;
    private volatile boolean closed;

    FakeSticky(Class<T> type, Hold hold, Supplier<T> owner) {
        this.hold = hold;
        this.owner = owner;
        this.standIn =
                type.cast(
                        Proxy.newProxyInstance(
                                type.getClassLoader(),
                                new Class<?>[] {type},
                                (proxy, method, arguments) -> call(method, arguments)));
    }

    private Object call(Method method, Object[] arguments) throws Throwable {
        T to = closed ? null : owner.get();
        if (to == null) {
            Throwable away = hold.away().apply("nobody is published in this test");
            if (CompletionStage.class.isAssignableFrom(method.getReturnType())) {
                return CompletableFuture.failedFuture(away);
            }
            throw away;
        }
        try {
            return method.invoke(to, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Override
    public T service() {
        return standIn;
    }

    @Override
    public boolean present() {
        return owner.get() != null;
    }

    @Override
    public int held() {
        return 0;
    }

    @Override
    public void close() {
        closed = true;
    }
}
