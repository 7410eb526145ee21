package io.armature.console.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;

/**
 * A file of the page.
 *
 * @param type its content type
 */
record Page(String type, byte[] content) {

    private static final String FOLDER = "/io/armature/console/page/";
    private static final Map<String, String> NAMES =
            Map.of(
                    "/", "index.html",
                    "/console.css", "console.css",
                    "/console.js", "console.js",
                    "/parts.js", "parts.js",
                    "/services.js", "services.js",
                    "/icon.svg", "icon.svg");
    private static final Map<String, String> TYPES =
            Map.of(
                    "html", "text/html; charset=utf-8",
                    "css", "text/css; charset=utf-8",
                    "js", "text/javascript; charset=utf-8",
                    "svg", "image/svg+xml");

    /** The file under a path of the console, if there is one. */
    static Optional<Page> at(String path) throws IOException {
        String name = NAMES.get(path);
        if (name == null) {
            return Optional.empty();
        }
        try (InputStream in = Page.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IOException("the bundle lacks " + name);
            }
            String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
            return Optional.of(new Page(type, in.readAllBytes()));
        }
    }
}
