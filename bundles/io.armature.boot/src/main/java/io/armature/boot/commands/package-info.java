/** The words after {@code armature boot}. */
package io.armature.boot.commands;
