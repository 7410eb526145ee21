package io.armature.platform.settings;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where configurations are kept: Configuration Admin, or a map in tests. */
interface ConfigurationStore {

    /** PIDs of the configurations that were made here, none of anybody else's. */
    Set<String> own() throws IOException;

    /** The properties, without those that the store adds. */
    Optional<Map<String, Object>> get(String pid) throws IOException;

    void update(String pid, Map<String, Object> properties) throws IOException;

    void delete(String pid) throws IOException;
}
