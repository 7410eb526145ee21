package io.armature.itest.system;

import java.util.Map;
import java.util.Set;

/** What was offered to the device and what it answered OK. */
interface Promised {

    /** Every record's text that was sent, answered or not. */
    Set<String> offered();

    /** Receipts by the record's text. */
    Map<String, Receipt> receipts();
}
