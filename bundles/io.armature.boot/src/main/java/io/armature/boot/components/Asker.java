package io.armature.boot.components;

import java.util.Iterator;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Whether the component runtime asks for the sake of a component's own activation. It asks some
 * hundreds of times in a boot whether debug messages are wanted, mostly for its bookkeeping of
 * references; those it would format, with numbers, for 50 µs each, and all that is wanted is two of
 * a component. To look who asks takes a fifth of that. Whoever cannot be told counts as one.
 */
final class Asker implements Function<Stream<StackWalker.StackFrame>, Boolean> {

    private static final StackWalker STACK = StackWalker.getInstance();
    private static final Asker ASKER = new Asker();

    /** The runtime's own loggers, whose frames lie between. */
    private static final String FACADE = "org.apache.felix.scr.impl.logger.";

    /** What the classes that activate are called. */
    private static final String ACTIVATING = "ComponentManager";

    private Asker() {}

    /** To be called by the logger's method that the runtime calls. */
    static boolean mayActivate() {
        return STACK.walk(ASKER);
    }

    /** The first is this class, the second the logger. */
    @Override
    public Boolean apply(Stream<StackWalker.StackFrame> stack) {
        Iterator<StackWalker.StackFrame> frames = stack.iterator();
        frames.next();
        frames.next();
        boolean asked = false;
        while (frames.hasNext()) {
            String name = frames.next().getClassName();
            if (!name.startsWith(FACADE)) {
                return !asked || name.endsWith(ACTIVATING);
            }
            asked = true;
        }
        return true;
    }
}
