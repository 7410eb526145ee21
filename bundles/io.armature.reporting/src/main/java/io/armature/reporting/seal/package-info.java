/** Turns wrapped records into sealed ones and keeps the server's public key; used by the spool. */
package io.armature.reporting.seal;
