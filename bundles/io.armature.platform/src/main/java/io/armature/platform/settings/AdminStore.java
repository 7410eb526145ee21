package io.armature.platform.settings;

import java.io.IOException;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** Configuration Admin. Own configurations carry a private property. */
final class AdminStore implements ConfigurationStore {

    /** Starts with a dot: seen by nobody but the component itself. */
    private static final String MARK = ".armature.origin";

    private final ConfigurationAdmin admin;

    AdminStore(ConfigurationAdmin admin) {
        this.admin = admin;
    }

    @Override
    public Set<String> own() throws IOException {
        Set<String> pids = new HashSet<>();
        Configuration[] found = list("(" + MARK + "=etc)");
        if (found != null) {
            for (Configuration configuration : found) {
                pids.add(configuration.getPid());
            }
        }
        return pids;
    }

    private Configuration[] list(String filter) throws IOException {
        try {
            return admin.listConfigurations(filter);
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(filter, e);
        }
    }

    @Override
    public Optional<Map<String, Object>> get(String pid) throws IOException {
        Configuration[] found = list("(service.pid=" + pid + ")");
        Dictionary<String, Object> properties = found == null ? null : found[0].getProperties();
        if (properties == null) {
            return Optional.empty();
        }
        Map<String, Object> copy = new TreeMap<>();
        for (String key : Collections.list(properties.keys())) {
            if (!key.startsWith("service.") && !key.equals(MARK)) {
                copy.put(key, properties.get(key));
            }
        }
        return Optional.of(copy);
    }

    @Override
    public void update(String pid, Map<String, Object> properties) throws IOException {
        Hashtable<String, Object> dictionary = new Hashtable<>(properties);
        dictionary.put(MARK, "etc");
        admin.getConfiguration(pid, "?").update(dictionary);
    }

    @Override
    public void delete(String pid) throws IOException {
        admin.getConfiguration(pid, "?").delete();
    }
}
