/** Frames and segments: how records lie on disk (docs/formats/spool.md). Knows no queue. */
package io.armature.reporting.segment;
