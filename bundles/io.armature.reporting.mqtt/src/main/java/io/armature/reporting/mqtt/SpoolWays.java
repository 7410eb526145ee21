package io.armature.reporting.mqtt;

import io.armature.reporting.api.Reporting;

/**
 * How messages of the server reach the spool; calls on either are made in their order.
 *
 * @param confirmations for what the server repeats if it is lost
 * @param keys for what it does not
 */
record SpoolWays(Reporting confirmations, Reporting keys) {}
