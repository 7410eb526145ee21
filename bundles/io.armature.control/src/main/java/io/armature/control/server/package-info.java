/** The control socket: connections, flow control, deadlines and an end that leaks nothing. */
package io.armature.control.server;
