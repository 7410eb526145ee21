package io.armature.backend.api.storage;

import com.google.protobuf.ByteString;
import io.armature.reporting.proto.Record;

/** What an uploaded record turned out to be. */
public sealed interface Content {

    /**
     * A record whose digest fits.
     *
     * @param digest SHA-256 of the record, 32 bytes
     * @param previous digest that the record names as its predecessor's; empty: none
     */
    record Opened(Record record, ByteString digest, ByteString previous) implements Content {}

    /** Nothing: the device lost what was there. */
    record Gap() implements Content {}

    /**
     * A record that cannot be opened.
     *
     * @param reason one line without any of its bytes
     * @param sealed the whole EncryptedRecord
     */
    record Refused(String reason, ByteString sealed) implements Content {}
}
