/** For processes: the service manager over its socket, without a framework. */
package io.armature.services.client;
