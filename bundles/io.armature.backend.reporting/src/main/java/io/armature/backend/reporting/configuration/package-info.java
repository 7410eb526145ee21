/** What devices are to refuse: made, signed and kept. Called by the server and its commands. */
package io.armature.backend.reporting.configuration;
