/** Server of {@code run/mojo/service_manager.sock}, without the framework. */
package io.armature.services.socket.server;
