/** The conductor of the boot: levels, milestones, failsafe, the application, the timeline. */
package io.armature.boot;
