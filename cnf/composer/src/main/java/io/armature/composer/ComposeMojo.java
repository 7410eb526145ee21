package io.armature.composer;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.ProjectBuilder;
import org.eclipse.aether.RepositorySystem;

/** Composes every firmware profile into an image, or fails with a sentence for each fault. */
@Mojo(name = "compose", defaultPhase = LifecyclePhase.PACKAGE)
public final class ComposeMojo extends WorkspaceMojo {

    @Parameter(defaultValue = "${project.build.directory}/images", required = true)
    private File imagesDirectory;

    @Parameter(defaultValue = "${project.basedir}/../armature", required = true)
    private File program;

    @Parameter(defaultValue = "${project.version}", readonly = true)
    private String version;

    @Parameter(defaultValue = "${project.build.outputTimestamp}", required = true)
    private String outputTimestamp;

    @Inject
    public ComposeMojo(RepositorySystem repositories, ProjectBuilder projects) {
        super(repositories, projects);
    }

    @Override
    void run() throws CompositionException, IOException {
        Map<String, Feature> features = features();
        Map<Coordinates, Path> shipped = shipped(features);
        List<String> faults =
                new ArrayList<>(
                        ThirdPartyDigests.read(digestsFile())
                                .faults(ThirdPartyDigests.of(shipped)));
        if (faults.isEmpty() && !Files.readString(noticeFile()).equals(notice(shipped))) {
            faults.add(
                    "NOTICE does not say what is shipped: run 'mvn package -DskipTests -Pdigests'.");
        }
        List<Composition> compositions = new ArrayList<>();
        Composer composer = new Composer(features, this::resolve);
        for (FirmwareProfile profile : profiles()) {
            try {
                compositions.add(composer.compose(profile));
            } catch (CompositionException e) {
                faults.addAll(e.faults());
            }
        }
        if (!faults.isEmpty()) {
            throw new CompositionException(faults);
        }
        for (Composition composition : compositions) {
            String name = composition.profile().name();
            new Image(imagesDirectory.toPath().resolve(name), Instant.parse(outputTimestamp))
                    .write(composition, version, program.toPath());
            getLog().info(name + ": " + composition.bundles().size() + " bundles");
        }
    }
}
