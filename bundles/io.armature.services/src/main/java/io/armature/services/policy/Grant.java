package io.armature.services.policy;

/**
 * What one rule gives.
 *
 * @param service name of the service
 * @param column where the name stands in the rule's line, first is 1
 */
record Grant(Right right, String service, Rule rule, int column) {

    /** What the subject may do with the service. */
    enum Right {
        OWN,
        REQUEST
    }
}
