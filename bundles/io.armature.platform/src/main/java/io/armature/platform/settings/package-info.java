/**
 * Settings of the slot and of {@code etc/armature}: read, checked and given to Configuration Admin.
 */
package io.armature.platform.settings;
