/** Doubles of the reporting services that keep their contracts, for the tests of every bundle. */
package io.armature.reporting.api.testing;
