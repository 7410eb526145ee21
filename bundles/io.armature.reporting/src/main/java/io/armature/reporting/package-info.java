/** The spool: accepts records, keeps them in queues, offers them for upload. */
package io.armature.reporting;
