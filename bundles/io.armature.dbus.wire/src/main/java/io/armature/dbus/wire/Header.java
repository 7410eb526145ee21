package io.armature.dbus.wire;

/**
 * The fields of a message's header; an empty text or zero stands for one that is not there.
 *
 * @param sender unique name that the bus has put there
 * @param signature types of the body
 * @param descriptors how many go with it
 */
public record Header(
        String path,
        String interfaceName,
        String member,
        String errorName,
        int replySerial,
        String destination,
        String sender,
        String signature,
        int descriptors) {

    static final int PATH = 1;
    static final int INTERFACE = 2;
    static final int MEMBER = 3;
    static final int ERROR_NAME = 4;
    static final int REPLY_SERIAL = 5;
    static final int DESTINATION = 6;
    static final int SENDER = 7;
    static final int SIGNATURE = 8;
    static final int DESCRIPTORS = 9;
}
