/** From the words of a request to the command that answers them. */
package io.armature.control.dispatch;
