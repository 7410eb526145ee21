package io.armature.control.bundles;

import io.armature.control.api.Successor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** Runs in bundles of the test: a successor as its manifest says, which tells of its life. */
public final class SuccessorActivator implements BundleActivator, Successor {

    /** {@code prepared} or {@code serving}: what goes wrong; nothing if absent. */
    static final String FAILS = "Test-Fails";

    private String version = "";
    private String fails = "";
    private Consumer<String> log = text -> {};

    @Override
    public void start(BundleContext context) {
        version = context.getBundle().getVersion().toString();
        fails = String.valueOf(context.getBundle().getHeaders().get(FAILS));
        log = log(context);
        log.accept("start " + version);
        context.registerService(Successor.class, this, null);
    }

    @SuppressWarnings("unchecked") // what the test has published
    private static Consumer<String> log(BundleContext context) {
        ServiceReference<Consumer<String>> found =
                (ServiceReference<Consumer<String>>)
                        (ServiceReference<?>) context.getServiceReference(Consumer.class);
        return context.getService(found);
    }

    @Override
    public void stop(BundleContext context) {
        log.accept("stop " + version);
    }

    @Override
    public CompletionStage<Void> prepared() {
        log.accept("prepared " + version);
        return answer("prepared");
    }

    @Override
    public CompletionStage<Void> serving() {
        log.accept("serving " + version);
        return answer("serving");
    }

    private CompletionStage<Void> answer(String what) {
        return fails.equals(what)
                ? CompletableFuture.failedFuture(new IllegalStateException("cannot"))
                : CompletableFuture.completedFuture(null);
    }
}
