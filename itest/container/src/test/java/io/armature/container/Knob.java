package io.armature.container;

import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;

/** A component of a bundle of the tests; answers how many heatings it has. */
public final class Knob implements Callable<Integer> {

    private final Set<Runnable> heatings = ConcurrentHashMap.newKeySet();

    /** A reference's. */
    public void bind(Runnable heating) {
        heatings.add(heating);
    }

    /** A reference's. */
    public void unbind(Runnable heating) {
        heatings.remove(heating);
    }

    @Override
    public Integer call() {
        return heatings.size();
    }
}
