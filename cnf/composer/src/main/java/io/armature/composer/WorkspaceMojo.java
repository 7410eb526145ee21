package io.armature.composer;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.maven.artifact.handler.DefaultArtifactHandler;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.model.Dependency;
import org.apache.maven.model.License;
import org.apache.maven.model.building.ModelBuildingRequest;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.DefaultProjectBuildingRequest;
import org.apache.maven.project.MavenProject;
import org.apache.maven.project.ProjectBuilder;
import org.apache.maven.project.ProjectBuildingException;
import org.apache.maven.project.ProjectBuildingRequest;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.RepositorySystemSession;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;

/** What the goals share: where features and profiles lie and how artifacts are found. */
abstract class WorkspaceMojo extends AbstractMojo {

    private final RepositorySystem repositories;
    private final ProjectBuilder projects;

    @Parameter(defaultValue = "${session}", readonly = true, required = true)
    private MavenSession build;

    @Parameter(defaultValue = "${repositorySystemSession}", readonly = true, required = true)
    private RepositorySystemSession session;

    @Parameter(defaultValue = "${project.remoteProjectRepositories}", readonly = true)
    private List<RemoteRepository> remotes;

    @Parameter(defaultValue = "${project.basedir}/../features", required = true)
    private java.io.File featuresDirectory;

    @Parameter(defaultValue = "${project.basedir}", required = true)
    private java.io.File profilesDirectory;

    private final Map<Coordinates, Path> found = new HashMap<>();

    WorkspaceMojo(RepositorySystem repositories, ProjectBuilder projects) {
        this.repositories = repositories;
        this.projects = projects;
    }

    /** Does the goal's work; faults of features and profiles fail the build. */
    abstract void run() throws CompositionException, IOException;

    @Override
    public void execute() throws MojoFailureException {
        try {
            run();
        } catch (CompositionException e) {
            throw new MojoFailureException(String.join("\n", new TreeSet<>(e.faults())), e);
        } catch (IOException e) {
            throw new MojoFailureException(e.toString(), e);
        }
    }

    Path noticeFile() {
        return featuresDirectory.toPath().resolveSibling("NOTICE");
    }

    /** The text that NOTICE must have. */
    String notice(Map<Coordinates, Path> shipped) throws CompositionException, IOException {
        Notice notice = new Notice();
        for (Map.Entry<Coordinates, Path> artifact : new TreeMap<>(shipped).entrySet()) {
            if (!artifact.getKey().own()) {
                notice.add(artifact.getKey(), licences(artifact.getKey()), artifact.getValue());
            }
        }
        return notice.text();
    }

    Path digestsFile() {
        return featuresDirectory.toPath().resolve("third-party.sha256");
    }

    Map<String, Feature> features() throws IOException, CompositionException {
        Map<String, Feature> features = new TreeMap<>();
        for (Path file : jsonFiles(featuresDirectory.toPath())) {
            Feature feature = new FeatureReader().read(file);
            features.put(feature.name(), feature);
        }
        noOrphans(features, FeatureReader.POLICIES);
        noOrphans(features, FeatureReader.BUS_POLICIES);
        return features;
    }

    private void noOrphans(Map<String, Feature> features, String kind)
            throws IOException, CompositionException {
        Path policies = featuresDirectory.toPath().resolve(kind);
        if (!Files.isDirectory(policies)) {
            return;
        }
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(policies)) {
            for (Path folder : folders) {
                if (!features.containsKey(folder.getFileName().toString())) {
                    throw new CompositionException(
                            "Policies of %s belong to no feature.".formatted(folder.getFileName()));
                }
            }
        }
    }

    List<FirmwareProfile> profiles() throws IOException, CompositionException {
        List<FirmwareProfile> profiles = new java.util.ArrayList<>();
        for (Path file : jsonFiles(profilesDirectory.toPath())) {
            profiles.add(new FirmwareProfileReader().read(file));
        }
        return profiles;
    }

    private static Iterable<Path> jsonFiles(Path folder) throws IOException {
        TreeSet<Path> files = new TreeSet<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*.json")) {
            entries.forEach(files::add);
        }
        return files;
    }

    Path resolve(Coordinates coordinates) throws CompositionException {
        Path known = found.get(coordinates);
        if (known != null) {
            return known;
        }
        ArtifactRequest request =
                new ArtifactRequest(
                        new DefaultArtifact(
                                coordinates.group(),
                                coordinates.artifact(),
                                "jar",
                                coordinates.version()),
                        remotes,
                        null);
        Path file;
        try {
            file = repositories.resolveArtifact(session, request).getArtifact().getFile().toPath();
        } catch (ArtifactResolutionException e) {
            throw new CompositionException(
                    coordinates.own()
                            ? coordinates + " is not a module of this build: build from the root."
                            : coordinates + " cannot be fetched: " + e.getMessage());
        }
        if (Files.isDirectory(file)) {
            throw new CompositionException(
                    coordinates + " is not packaged yet: compose in the phase package or later.");
        }
        found.put(coordinates, file);
        return file;
    }

    /** Everything that the features ship, and what our bundles hold of others. */
    Map<Coordinates, Path> shipped(Map<String, Feature> features) throws CompositionException {
        Map<Coordinates, Path> shipped = listed(features);
        for (MavenProject module : build.getAllProjects()) {
            Coordinates own = coordinates(module.getGroupId(), module.getArtifactId(), module);
            if (!shipped.containsKey(own)) {
                continue;
            }
            for (Dependency dependency : module.getDependencies()) {
                // What is only compiled against has the scope "provided".
                if (Set.of("compile", "runtime").contains(dependency.getScope())) {
                    Coordinates held =
                            new Coordinates(
                                    dependency.getGroupId(),
                                    dependency.getArtifactId(),
                                    dependency.getVersion());
                    if (!held.own() && !shipped.containsKey(held)) {
                        shipped.put(held, resolve(held));
                    }
                }
            }
        }
        return shipped;
    }

    private static Coordinates coordinates(String group, String artifact, MavenProject module) {
        return new Coordinates(group, artifact, module.getVersion());
    }

    /** Licences of an artifact as its bundle's manifest or its project state them. */
    List<String> licences(Coordinates coordinates) throws CompositionException {
        ProjectBuildingRequest request =
                new DefaultProjectBuildingRequest(build.getProjectBuildingRequest())
                        .setProcessPlugins(false)
                        .setResolveDependencies(false)
                        .setValidationLevel(ModelBuildingRequest.VALIDATION_LEVEL_MINIMAL);
        org.apache.maven.artifact.Artifact pom =
                new org.apache.maven.artifact.DefaultArtifact(
                        coordinates.group(),
                        coordinates.artifact(),
                        coordinates.version(),
                        null,
                        "pom",
                        null,
                        new DefaultArtifactHandler("pom"));
        try {
            return projects.build(pom, request).getProject().getLicenses().stream()
                    .map(License::getName)
                    .toList();
        } catch (ProjectBuildingException e) {
            throw new CompositionException(
                    "The project of %s cannot be read: %s".formatted(coordinates, e.getMessage()));
        }
    }

    private Map<Coordinates, Path> listed(Map<String, Feature> features)
            throws CompositionException {
        Map<Coordinates, Path> shipped = new LinkedHashMap<>();
        for (Feature feature : features.values()) {
            for (FeatureBundle bundle : feature.bundles()) {
                shipped.put(bundle.coordinates(), resolve(bundle.coordinates()));
            }
            for (Coordinates coordinates : feature.classPath()) {
                shipped.put(coordinates, resolve(coordinates));
            }
            for (Coordinates coordinates : feature.clientPath()) {
                shipped.put(coordinates, resolve(coordinates));
            }
        }
        return shipped;
    }
}
