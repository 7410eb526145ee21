package io.armature.backend.api.storage;

/** Takes what is stored of each id. */
public interface IdSink {

    /** One entry. */
    void entry(StoredIds ids);
}
