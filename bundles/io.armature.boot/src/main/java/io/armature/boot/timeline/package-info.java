/** What happened when in this boot, where it is written, and which way was the longest. */
package io.armature.boot.timeline;
