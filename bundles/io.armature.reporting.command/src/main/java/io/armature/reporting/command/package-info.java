/** {@code armature report …}, and the adapter that holds its calls while the spool is replaced. */
package io.armature.reporting.command;
