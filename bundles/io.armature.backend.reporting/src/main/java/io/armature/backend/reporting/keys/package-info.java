/** The reporting server's key pairs: what it opens records and signs keys with. */
package io.armature.backend.reporting.keys;
