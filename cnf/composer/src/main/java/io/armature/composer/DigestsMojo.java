package io.armature.composer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.project.ProjectBuilder;
import org.eclipse.aether.RepositorySystem;

/** Writes the digests of all third-party artifacts and NOTICE anew, to be checked and committed. */
@Mojo(name = "digests", defaultPhase = LifecyclePhase.PACKAGE)
public final class DigestsMojo extends WorkspaceMojo {

    @Inject
    public DigestsMojo(RepositorySystem repositories, ProjectBuilder projects) {
        super(repositories, projects);
    }

    @Override
    void run() throws CompositionException, IOException {
        Map<Coordinates, Path> shipped = shipped(features());
        ThirdPartyDigests.of(shipped).write(digestsFile());
        Files.writeString(noticeFile(), notice(shipped));
    }
}
