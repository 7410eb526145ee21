/** Doubles of callers that keep their contracts, for the tests of every bundle. */
package io.armature.control.api.testing;
