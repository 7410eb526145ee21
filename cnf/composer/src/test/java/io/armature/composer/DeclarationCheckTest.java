package io.armature.composer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeclarationCheckTest {

    private static final String MANAGER =
            """
            package io.armature.services.api;
            public interface ServiceManager {
              Object sticky(Class<?> type);
              Object request(String name);
              Object query(String name);
              Object register(String name, Object provider);
            }""";

    private static final String CONTEXT =
            """
            package org.osgi.framework;
            public interface BundleContext {
              Object registerService(String type, Object service, java.util.Map<?, ?> properties);
            }""";

    private static final String ANNOTATION =
            """
            package io.armature.services.api;
            import java.lang.annotation.*;
            @Retention(RetentionPolicy.CLASS) @Repeatable(%1$s.All.class)
            public @interface %1$s {
              String name();
              @Retention(RetentionPolicy.CLASS) @interface All { %1$s[] value(); }
            }""";

    @TempDir Path folder;

    private Workspace workspace;

    @BeforeEach
    void make() throws IOException {
        workspace = new Workspace(folder);
    }

    /** Faults of a bundle with one class, {@code x.Code}. */
    private List<String> faults(String annotations, String body) throws Exception {
        Map<String, String> sources = new HashMap<>();
        sources.put("ServiceManager", MANAGER);
        sources.put("BundleContext", CONTEXT);
        sources.put("OwnsService", ANNOTATION.formatted("OwnsService"));
        sources.put("UsesService", ANNOTATION.formatted("UsesService"));
        sources.put(
                "Code",
                """
                package x;
                import io.armature.services.api.*;
                import org.osgi.framework.*;
                import java.util.Map;
                %s
                class Code {
                  Object go(ServiceManager services, BundleContext context) {
                    return %s;
                  }
                }"""
                        .formatted(annotations, body));
        Path code = compile(sources).resolve("x/Code.class");
        workspace.feature(
                "f",
                20,
                workspace.classes(
                        "io.armature:io.armature.code:0.1.0",
                        Map.of("Service-Component", "OSGI-INF/c.xml"),
                        Map.of("x/Code.class", Files.readAllBytes(code))));
        return workspace.faults();
    }

    private Path compile(Map<String, String> sources) throws IOException {
        Path classes = Files.createDirectories(folder.resolve("classes"));
        List<String> arguments = new ArrayList<>(List.of("-d", classes.toString()));
        for (Map.Entry<String, String> source : sources.entrySet()) {
            Path file = folder.resolve(source.getKey() + ".java");
            arguments.add(Files.writeString(file, source.getValue()).toString());
        }
        int code =
                ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, arguments.toArray(String[]::new));
        assertThat(code).isZero();
        return classes;
    }

    @Test
    void lookUpsInCodeMustBeDeclared() throws Exception {
        assertThat(faults("", "services.sticky(Runnable.class)"))
                .containsExactly(
                        "x.Code of io.armature.code calls ServiceManager.sticky for a governed"
                                + " service without @UsesService, so that nobody can tell whether"
                                + " policy allows it.");
    }

    @Test
    void everyWayToLookUpIsFound() throws Exception {
        assertThat(
                        faults(
                                "@OwnsService(name = \"A\")",
                                "Stream.of(services.request(\"A\"), services.query(\"A\"))"
                                        .replace("Stream", Stream.class.getName())))
                .hasSize(2)
                .allSatisfy(fault -> assertThat(fault).contains("without @UsesService"));
    }

    @Test
    void whatCodePublishesMustBeDeclared() throws Exception {
        assertThat(
                        faults(
                                "@UsesService(name = \"A\")",
                                "context.registerService(\"a.A\", this,"
                                        + " Map.of(\"armature.service\", \"A\"))"))
                .containsExactly(
                        "x.Code of io.armature.code calls BundleContext.registerService for a"
                                + " governed service without @OwnsService, so that nobody can tell"
                                + " whether policy allows it.");
    }

    @Test
    void registrationsInCodeMustBeDeclared() throws Exception {
        assertThat(faults("", "services.register(\"A\", this)"))
                .singleElement()
                .asString()
                .contains("calls ServiceManager.register", "without @OwnsService");
    }

    @Test
    void declaredCodeIsFine() throws Exception {
        assertThat(
                        faults(
                                "@OwnsService(name = \"A\") @UsesService(name = \"B\")"
                                        + " @UsesService(name = \"C\")",
                                "Map.of(services.register(\"A\", this),"
                                        + " services.sticky(Runnable.class))"))
                .isEmpty();
    }

    @Test
    void servicesThatNobodyGovernsNeedNoDeclaration() throws Exception {
        assertThat(faults("", "context.registerService(\"a.A\", this, Map.of(\"b\", \"A\"))"))
                .isEmpty();
    }
}
