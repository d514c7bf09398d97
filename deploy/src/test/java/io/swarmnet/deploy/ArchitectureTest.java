package io.swarmnet.deploy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The arrows of ARCHITECTURE.md, held: who may know whom, and where a library may appear. */
class ArchitectureTest {
    private static final String ROOT = "io.swarmnet.";

    /** Each module and all that it may know. Siblings gossip, vxlan and dns stand in no list of each other. */
    private static final Map<String, Set<String>> ARROWS = Map.of(
            "model", Set.of(),
            "linux", Set.of("model"),
            "gossip", Set.of("model"),
            "dns", Set.of("model"),
            "vxlan", Set.of("model", "linux"),
            "worker", Set.of("model", "linux", "gossip", "vxlan", "dns"),
            "manager", Set.of("model"),
            "engine", Set.of("model", "linux", "worker", "manager"),
            "cli", Set.of("model"),
            "deploy", Set.of("model", "linux", "worker", "manager", "engine", "cli"));

    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.swarmnet");

    @Test
    void everyModuleIsSeen() {
        Set<String> seen = OURS.stream()
                .map(type -> type.getPackageName() + ".")
                .filter(name -> name.startsWith(ROOT))
                .map(name -> name.substring(ROOT.length(), name.indexOf('.', ROOT.length())))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(new TreeSet<>(ARROWS.keySet()), seen);
    }

    @TestFactory
    Stream<DynamicTest> arrowsGoOneWay() {
        return ARROWS.entrySet().stream()
                .map(arrow -> DynamicTest.dynamicTest(arrow.getKey(), () -> {
                    String[] others = ARROWS.keySet().stream()
                            .filter(other -> !other.equals(arrow.getKey())
                                    && !arrow.getValue().contains(other))
                            .map(other -> ROOT + other + "..")
                            .toArray(String[]::new);
                    check(noClasses()
                            .that()
                            .resideInAPackage(ROOT + arrow.getKey() + "..")
                            .should()
                            .dependOnClassesThat()
                            .resideInAnyPackage(others));
                }));
    }

    @TestFactory
    Stream<DynamicTest> librariesHaveTheirPlace() {
        return Stream.of(
                only("jnr-ffi", packages("jnr.."), packages("linux..")),
                only(
                        "Hazelcast",
                        packages("com.hazelcast..", "io.vertx.spi.cluster.hazelcast.."),
                        packages("manager.cluster..")),
                only("Ratis", packages("org.apache.ratis.."), packages("manager.store..")),
                only("picocli", packages("picocli.."), packages("cli..", "deploy.lab..")),
                only("Docker's JSON", packages(ROOT + "engine.json.."), packages("engine..")),
                only("BouncyCastle", packages("org.bouncycastle.."), packages("manager.ca..", "worker.identity..")));
    }

    private static String[] packages(String... names) {
        return names;
    }

    private static DynamicTest only(String what, String[] library, String[] places) {
        String[] full = Arrays.stream(places).map(place -> ROOT + place).toArray(String[]::new);
        return DynamicTest.dynamicTest(
                what,
                () -> check(noClasses()
                        .that()
                        .resideOutsideOfPackages(full)
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(library)));
    }

    @Test
    void modulesHaveNoCycle() {
        check(slices().matching(ROOT + "(*)..").should().beFreeOfCycles());
    }

    @Test
    void packagesHaveNoCycle() {
        check(slices().assignedFrom(new SliceAssignment() {
                    @Override
                    public SliceIdentifier getIdentifierOf(JavaClass type) {
                        return type.getPackageName().startsWith(ROOT)
                                ? SliceIdentifier.of(type.getPackageName())
                                : SliceIdentifier.ignore();
                    }

                    @Override
                    public String getDescription() {
                        return "each package";
                    }
                })
                .should()
                .beFreeOfCycles());
    }

    /** What decides knows neither threads nor clocks nor sockets. Counters that others read may be atomic. */
    @Test
    void pureCoresDoNoInputOrOutput() {
        String[] pure = Stream.of(
                        "model..",
                        "gossip.swim..",
                        "gossip.table..",
                        "gossip.message..",
                        "dns.names..",
                        "vxlan.forwarding..",
                        "manager.ipam..",
                        "manager.orchestrator..",
                        "manager.scheduler..",
                        "linux.netlink.wire..")
                .map(name -> ROOT + name)
                .toArray(String[]::new);
        check(noClasses()
                .that()
                .resideInAnyPackage(pure)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.nio.channels..",
                        "java.nio.file..",
                        "java.util.concurrent",
                        "java.util.concurrent.locks",
                        "io.vertx..",
                        "io.netty..",
                        "jnr..")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime"));
    }

    /** Nested records may be called as Docker calls what they stand for: a RemoteManager is a node. */
    @Test
    void namesSayWhatAClassHoldsOrDecides() {
        check(classes()
                .that()
                .areTopLevelClasses()
                .and()
                .resideInAPackage("io.swarmnet..")
                .should()
                .haveSimpleNameNotEndingWith("Manager")
                .andShould()
                .haveSimpleNameNotEndingWith("Helper")
                .andShould()
                .haveSimpleNameNotEndingWith("Util")
                .andShould()
                .haveSimpleNameNotEndingWith("Utils")
                .andShould()
                .haveSimpleNameNotEndingWith("Impl"));
    }

    /** What runs where is told by tags, what is counted as what by names: the two agree. */
    @TestFactory
    Stream<DynamicTest> testsAreTaggedAsTheyAreNamed() {
        return Map.of("KernelTest", "root", "SimulationTest", "sim", "IT", "e2e").entrySet().stream()
                .map(rule -> DynamicTest.dynamicTest(rule.getValue(), () -> {
                    String tag = "@Tag(\"" + rule.getValue() + "\")";
                    try (Stream<Path> files = Files.find(Path.of(".."), 20, ArchitectureTest::isTestSource)) {
                        List<Path> wrong = files.filter(file -> file.toString().endsWith(rule.getKey() + ".java")
                                        != text(file).contains("\n" + tag))
                                .toList();
                        assertEquals(
                                List.of(),
                                wrong,
                                "named *" + rule.getKey() + " but not tagged " + tag + ", or the reverse");
                    }
                }));
    }

    private static boolean isTestSource(Path file, BasicFileAttributes attributes) {
        return attributes.isRegularFile()
                && file.toString().contains("src/test/java")
                && file.toString().endsWith(".java");
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(OURS);
    }
}
