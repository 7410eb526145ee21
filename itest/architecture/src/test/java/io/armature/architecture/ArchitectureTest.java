package io.armature.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final Pattern BANNED =
            Pattern.compile(".*(Manager|Helper|Utils?|Data|Info|Base|Impl)");

    /** Terms of the specifications. */
    private static final Set<String> TERMS =
            Set.of(
                    "ServiceManager",
                    "EncryptionInfo",
                    "SignedEncryptionInfo",
                    "SequenceInformation");

    private static final Set<String> GENERATED =
            Set.of("io.armature.reporting.proto", "io.armature.services.proto");

    private static final String SPOOL = "io.armature.reporting";

    /** Reads what the image or {@code up} put into {@code etc}, no file of the spool. */
    private static final String PROVISIONED_KEYS = SPOOL + ".seal.ProvisionedKeys";

    private static final Set<String> OPENERS =
            Set.of(
                    "java.nio.file.Files",
                    "java.io.RandomAccessFile",
                    "java.io.FileInputStream",
                    "java.io.FileOutputStream",
                    "java.io.FileReader",
                    "java.io.FileWriter");

    /** Annotations that leave no trace at run time. */
    private static final Pattern COMPILE_ONLY =
            Pattern.compile(
                    "org\\.osgi\\.(annotation|service\\.\\w+\\.(annotations|propertytypes)).*");

    private static Bundles bundles;

    private final Map<String, Set<String>> visibleOf = new HashMap<>();

    @BeforeAll
    static void read() throws IOException {
        bundles = new Bundles();
    }

    @Test
    void everyBundleWasRead() {
        assertThat(bundles.names()).contains("io.armature.boot.api", "io.armature.launcher");
    }

    @Test
    void providersExportNothing() throws IOException {
        Set<String> faults = new TreeSet<>();
        for (String bundle : bundles.names()) {
            if (!Bundles.api(bundle) && !bundles.exports(bundle).isEmpty()) {
                faults.add(bundle + " exports " + bundles.exports(bundle));
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void nobodyUsesThePackagesOfAProvider() {
        Set<String> faults = new TreeSet<>();
        for (JavaClass type : bundles.classes()) {
            String own = bundles.holderOf(type).orElseThrow();
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                bundles.holderOf(dependency.getTargetClass())
                        .filter(other -> !other.equals(own) && !Bundles.api(other))
                        .ifPresent(
                                other ->
                                        faults.add(
                                                "%s of %s uses %s of %s"
                                                        .formatted(
                                                                type.getName(),
                                                                own,
                                                                dependency
                                                                        .getTargetClass()
                                                                        .getName(),
                                                                other)));
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void whatABundleUsesItImportsOrHolds() throws IOException {
        Set<String> faults = new TreeSet<>();
        for (JavaClass type : bundles.classes()) {
            String bundle = bundles.holderOf(type).orElseThrow();
            Set<String> visible = visibleOf.computeIfAbsent(bundle, ArchitectureTest::visible);
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                String used = target.getPackageName();
                if (!target.isPrimitive()
                        && !onlyInClassFiles(target)
                        && !used.startsWith("java.")
                        && !COMPILE_ONLY.matcher(used).matches()
                        && !bundles.onClassPath(bundle)
                        && !visible.contains(used)) {
                    faults.add(
                            "%s of %s uses %s, which the bundle does not import"
                                    .formatted(type.getName(), bundle, target.getName()));
                }
            }
        }
        assertThat(faults).isEmpty();
    }

    /** The virtual machine never loads an annotation that is not kept for run time. */
    private static boolean onlyInClassFiles(JavaClass type) {
        return type.isAnnotation()
                && type.tryGetAnnotationOfType(Retention.class)
                        .filter(kept -> kept.value() == RetentionPolicy.RUNTIME)
                        .isEmpty();
    }

    private static Set<String> visible(String bundle) {
        try {
            return bundles.visible(bundle);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching("io.armature.(**)").should().beFreeOfCycles().check(bundles.classes());
    }

    @Test
    void namesSayWhatAClassIs() {
        Set<String> faults = new TreeSet<>();
        for (JavaClass type : bundles.classes()) {
            String name = type.getSimpleName();
            if (BANNED.matcher(name).matches()
                    && !TERMS.contains(name)
                    && !GENERATED.contains(type.getPackageName())) {
                faults.add(type.getName());
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void onlyTheStorageOfTheSpoolOpensItsFiles() {
        Set<String> faults = new TreeSet<>();
        for (JavaClass type : bundles.classes()) {
            if (bundles.holderOf(type).filter(SPOOL::equals).isEmpty()
                    || type.getPackageName().equals(SPOOL + ".storage")
                    || type.getName().equals(PROVISIONED_KEYS)) {
                continue;
            }
            for (JavaAccess<?> access : type.getAccessesFromSelf()) {
                String owner = access.getTargetOwner().getName();
                if (OPENERS.contains(owner)
                        || (owner.endsWith("FileChannel") && access.getName().equals("open"))) {
                    faults.add(access.getDescription());
                }
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void apisKnowNothingOfTheFramework() {
        noClasses()
                .that()
                .resideInAPackage("io.armature.control.api..")
                .should()
                .dependOnClassesThat(resideInAPackage("org.osgi.framework.."))
                .because("a command also runs in the client")
                .check(bundles.classes());
    }
}
