/** What became of calls and queues lately, in memory and on disk, while somebody wants to know. */
package io.armature.reporting.health;
