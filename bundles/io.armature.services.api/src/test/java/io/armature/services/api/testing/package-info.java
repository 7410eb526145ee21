/** Stand-ins for tests of those who use the service manager. */
package io.armature.services.api.testing;
