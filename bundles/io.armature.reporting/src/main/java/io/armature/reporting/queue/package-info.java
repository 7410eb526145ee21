/** One queue: ordered, group-committed writes; segments; confirmation; recovery. */
package io.armature.reporting.queue;
