/** The backend's reporting server as a component, and its commands. */
package io.armature.backend.reporting;
