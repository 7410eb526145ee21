/** Opens the manager as bundles see it, private to its bundle, to the benchmarks. */
package io.armature.services;
