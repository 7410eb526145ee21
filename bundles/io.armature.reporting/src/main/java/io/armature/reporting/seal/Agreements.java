package io.armature.reporting.seal;

import io.armature.reporting.api.ReportingException;

/** Makes agreements with a server key, a fresh ephemeral key pair each. Any thread may call it. */
interface Agreements {

    /**
     * Computes one agreement on the calling thread.
     *
     * @throws ReportingException INVALID_ARGUMENT if no key can be agreed on with this public key
     */
    Agreement agree(ServerKey serverKey) throws ReportingException;
}
