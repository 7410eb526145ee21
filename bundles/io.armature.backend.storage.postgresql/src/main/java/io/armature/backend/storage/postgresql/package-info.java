/** Keeps the reporting server's records in PostgreSQL, for any number of servers. */
package io.armature.backend.storage.postgresql;
