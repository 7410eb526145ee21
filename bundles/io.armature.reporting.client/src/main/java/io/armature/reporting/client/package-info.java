/** Report queues over the spool; used through {@code io.armature.reporting.api.client}. */
package io.armature.reporting.client;
