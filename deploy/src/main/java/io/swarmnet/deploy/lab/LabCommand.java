package io.swarmnet.deploy.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code swarmnet lab}: hosts on this machine, made of namespaces, as real as three machines to the daemons in them. */
@Command(
        name = "lab",
        description = "A lab of hosts on this machine.",
        header = {
            "Examples:",
            "  swarmnet lab up 3                     three hosts, a swarm between them",
            "  swarmnet lab exec node2 -- ip address",
            "  swarmnet lab ls --format json",
            "  swarmnet lab demo                     the main job, step by step",
            "  swarmnet lab down                     nothing of it stays",
            ""
        })
public final class LabCommand implements Runnable {
    @picocli.CommandLine.Spec
    private picocli.CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(System.out);
    }

    private static Lab lab() {
        return new Lab(LabPlace.ofEnvironment(), System.out);
    }

    private static LabPlace.Made madeLab(Lab lab) {
        return lab.made().orElseThrow(() -> new IllegalStateException("no lab is up; make one: swarmnet lab up 3"));
    }

    @Command(name = "up", description = "Makes the hosts and forms the swarm.")
    int up(
            @Parameters(paramLabel = "N", defaultValue = "3", description = "how many hosts, 1 to 16 (default 3)")
                    int count,
            @Option(names = "--images", description = "folder of tarballs to import on every host") Path images,
            @Option(
                            names = "--daemon-flag",
                            paramLabel = "FLAG",
                            description = "given to every daemon, or as node2:FLAG to one; repeat for more")
                    List<String> daemonFlags)
            throws IOException {
        return saying(() -> {
            Lab lab = lab();
            Path found = images == null ? defaultImages() : images;
            lab.up(count, daemonFlags == null ? List.of() : daemonFlags, found);
            printUse(lab);
        });
    }

    /** In a checkout the build leaves them in {@code target/images}. */
    private static Path defaultImages() {
        Path built =
                Path.of(System.getProperty("swarmnet.home", "."), "../images").normalize();
        Path checkout = Path.of(System.getProperty("swarmnet.home", "."), "target/images");
        if (java.nio.file.Files.isDirectory(checkout)) {
            return checkout;
        }
        return java.nio.file.Files.isReadable(built.resolve("busybox.tar")) ? built : null;
    }

    private static void printUse(Lab lab) {
        LabHost first = madeLab(lab).nodes().get(0);
        System.out.println();
        System.out.println("The lab is up. Drive it with the docker CLI:");
        System.out.println();
        System.out.println("    export DOCKER_HOST=unix://" + first.socket(lab.place()));
        System.out.println("    docker node ls");
        System.out.println();
        System.out.println("    swarmnet lab exec node2 -- docker ps      a command inside a host");
        System.out.println("    swarmnet lab ls                           hosts, sockets, processes");
        System.out.println("    swarmnet lab down                         takes it down");
    }

    @Command(name = "ls", description = "Lists the hosts.")
    int ls(@Option(names = "--format", description = "table or json", defaultValue = "table") String format)
            throws IOException {
        return saying(() -> {
            Lab lab = lab();
            List<Map<String, Object>> rows = new ArrayList<>();
            lab.made().ifPresent(made -> made.nodes().forEach(node -> {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("name", node.name());
                row.put("netns", node.netns(lab.place()).toString());
                row.put("socket", node.socket(lab.place()).toString());
                row.put("address", node.address());
                row.put("pid", HostProcess.daemonPid(node));
                rows.add(row);
            }));
            if (format.equals("json")) {
                System.out.println(new ObjectMapper()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .writeValueAsString(rows));
                return;
            }
            System.out.printf("%-8s %-14s %-8s %-28s %s%n", "NAME", "ADDRESS", "PID", "NETNS", "SOCKET");
            rows.forEach(row -> System.out.printf(
                    "%-8s %-14s %-8s %-28s %s%n",
                    row.get("name"), row.get("address"), row.get("pid"), row.get("netns"), row.get("socket")));
        });
    }

    @Command(name = "exec", description = "Runs a command inside a host.")
    int exec(
            @Parameters(index = "0", paramLabel = "HOST", description = "node1 ..., or outside") String name,
            @Parameters(index = "1..*", paramLabel = "-- COMMAND", arity = "1..*") List<String> command)
            throws IOException, InterruptedException {
        LabHost host;
        try {
            LabPlace.Made made = madeLab(lab());
            List<LabHost> all = new ArrayList<>(made.nodes());
            all.add(made.outside());
            host = all.stream()
                    .filter(one -> one.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no host " + name + " in this lab; it has "
                            + all.stream().map(LabHost::name).toList()));
        } catch (RuntimeException e) {
            System.err.println("swarmnet lab: " + e.getMessage());
            return 1;
        }
        return new ProcessBuilder(inside(host, command)).inheritIO().start().waitFor();
    }

    /** The command as it is run inside the host. */
    static List<String> inside(LabHost host, List<String> command) {
        List<String> all = new ArrayList<>(List.of(
                "nsenter",
                "--target",
                Long.toString(host.supervisorPid()),
                "--net",
                "--uts",
                "--mount",
                "--pid",
                "--wd=/",
                "--"));
        all.addAll(command);
        return all;
    }

    @Command(
            name = "demo",
            description = "The main job, step by step, on the lab that is up (or on a new one of three).")
    int demo() throws IOException {
        return saying(() -> {
            Lab lab = lab();
            if (lab.made().isEmpty()) {
                lab.up(3, List.of(), defaultImages());
            }
            new Demo(lab, madeLab(lab), System.out).run();
            printUse(lab);
        });
    }

    @Command(name = "down", description = "Takes the lab down to nothing.")
    int down() throws IOException {
        return saying(() -> {
            Lab lab = lab();
            boolean was = lab.made().isPresent();
            lab.down();
            System.out.println(was ? "The lab is down." : "No lab was up.");
        });
    }

    private interface Body {
        void run() throws IOException;
    }

    private static int saying(Body body) throws IOException {
        try {
            body.run();
            return 0;
        } catch (IllegalStateException | IllegalArgumentException | io.swarmnet.linux.KernelException e) {
            System.err.println("swarmnet lab: " + e.getMessage());
            return 1;
        }
    }
}
