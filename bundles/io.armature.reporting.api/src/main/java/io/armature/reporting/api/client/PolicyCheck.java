package io.armature.reporting.api.client;

import io.armature.reporting.api.ReportingException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Says before each record whether the device's policy lets it be reported. Called by the thread
 * that enqueues, or by one of the library's for records that waited; must not block.
 */
@ConsumerType
@FunctionalInterface
public interface PolicyCheck {

    /**
     * Returns if the record may be reported.
     *
     * @throws ReportingException if not; the record's stage fails with it
     */
    void check() throws ReportingException;
}
