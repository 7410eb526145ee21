/**
 * Whole-run benchmarks, each beside its peers in the same run; started by {@code armature bench}.
 */
package io.armature.bench;
