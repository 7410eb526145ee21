/** The service manager's socket for processes. */
package io.armature.services.socket;
