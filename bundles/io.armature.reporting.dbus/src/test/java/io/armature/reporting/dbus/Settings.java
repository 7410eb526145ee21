package io.armature.reporting.dbus;

import java.lang.reflect.Proxy;
import java.util.Map;

/** Settings as the framework makes them: the defaults, and what a test changes. */
final class Settings {

    private Settings() {}

    /**
     * @param changed values by key
     */
    static DbusSettings with(Map<String, Object> changed) {
        return (DbusSettings)
                Proxy.newProxyInstance(
                        Settings.class.getClassLoader(),
                        new Class<?>[] {DbusSettings.class},
                        (proxy, method, arguments) ->
                                changed.getOrDefault(method.getName(), method.getDefaultValue()));
    }
}
