package io.armature.composer;

import java.io.IOException;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.eclipse.aether.RepositorySystem;

/** Writes the digests of all third-party artifacts anew, for a person to check and commit. */
@Mojo(name = "digests", defaultPhase = LifecyclePhase.PACKAGE)
public final class DigestsMojo extends WorkspaceMojo {

    @Inject
    public DigestsMojo(RepositorySystem repositories) {
        super(repositories);
    }

    @Override
    void run() throws CompositionException, IOException {
        ThirdPartyDigests.of(shipped(features())).write(digestsFile());
    }
}
