/** Doubles of the platform's services that keep their contracts, for the tests of every bundle. */
package io.armature.platform.api.testing;
