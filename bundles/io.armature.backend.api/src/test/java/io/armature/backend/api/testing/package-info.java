/** Doubles of the backend's services that keep their contracts. */
package io.armature.backend.api.testing;
