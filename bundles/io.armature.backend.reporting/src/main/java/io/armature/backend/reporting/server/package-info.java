/** The reporting server: takes batches from devices, stores, confirms, answers. */
package io.armature.backend.reporting.server;
