/** Opens the bridge, private to its bundle, to the benchmarks. */
package io.armature.reporting.mqtt;
