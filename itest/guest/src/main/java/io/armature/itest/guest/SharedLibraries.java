package io.armature.itest.guest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the dynamic linker of this machine would load. */
final class SharedLibraries {

    /** {@code libc.so.6 => /lib/libc.so.6 (0x…)}, or the linker itself without an arrow. */
    private static final Pattern LINE =
            Pattern.compile("^\\s+(?:\\S+ => )?(/\\S+) \\(0x", Pattern.MULTILINE);

    private SharedLibraries() {}

    /** Paths of the libraries; none of a program that is linked statically. */
    static Set<Path> of(Path program) throws IOException {
        Set<Path> libraries = new TreeSet<>();
        Matcher line = LINE.matcher(LocalCommand.run("ldd", program.toString()).text());
        while (line.find()) {
            libraries.add(Path.of(line.group(1)));
        }
        return libraries;
    }
}
