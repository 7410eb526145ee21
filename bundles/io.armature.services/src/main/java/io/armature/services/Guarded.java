package io.armature.services;

/**
 * Published while the guard knows policies. What this bundle has of governed services appears after
 * it: who was not told of a service when it came is told of it never.
 */
public final class Guarded {
    Guarded() {}
}
