/** {@code armature services …} and what the console is told. */
package io.armature.services.commands;
