package io.swarmnet.deploy.lab;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * The main job as a transcript: each command is printed as a user would type it, then what it answered. A step whose
 * answer is not what it should be ends the demo with what was expected.
 */
final class Demo {
    private static final String NETWORK = "my-multi-host-network";
    private static final String SERVICE = "my-web";
    private static final int MTU_BYTES = 1_450;
    private static final int ICMP_OVERHEAD_BYTES = 28;
    private static final long CONDITION_LIMIT_MILLIS = 15_000;

    private final Lab lab;
    private final LabPlace.Made made;
    private final PrintStream out;
    private final LabHost manager;

    Demo(Lab lab, LabPlace.Made made, PrintStream out) {
        this.lab = lab;
        this.made = made;
        this.out = out;
        this.manager = made.nodes().get(0);
    }

    /** A task that runs: where, as what, and in which sandbox. */
    private record Running(LabHost host, String container, String name, String address, Path sandbox) {}

    void run() {
        clean();
        out.println();
        docker(manager, "node", "ls")
                .expect("every host", text -> made.nodes().stream().allMatch(node -> text.contains(node.name())));
        docker(manager, "network", "create", "--driver", "overlay", "--subnet", "10.0.9.0/24", NETWORK);
        docker(manager, "service", "create", "--replicas", "2", "--network", NETWORK, "--name", SERVICE, "nginx")
                .expect("a service that converged", text -> text.contains("converged"));
        docker(manager, "service", "ps", SERVICE)
                .expect(
                        "two running tasks",
                        text -> text.lines()
                                        .filter(line -> line.contains("Running"))
                                        .count()
                                == 2);
        List<Running> tasks = runningTasks();
        expect(
                "two tasks on two hosts",
                tasks.size() == 2 && tasks.get(0).host() != tasks.get(1).host(),
                tasks.toString());
        Running one = tasks.get(0);
        Running two = tasks.get(1);

        title("Each reaches the other by name, across the VXLAN");
        docker(one.host(), "exec", one.container(), "ping", "-c", "2", two.name())
                .expect(
                        "2 answers from " + two.address(),
                        text -> text.contains(two.address()) && text.contains(" 0% packet loss"));
        docker(two.host(), "exec", two.container(), "ping", "-c", "2", one.name())
                .expect(
                        "2 answers from " + one.address(),
                        text -> text.contains(one.address()) && text.contains(" 0% packet loss"));
        docker(one.host(), "exec", one.container(), "wget", "-qO-", "http://" + two.name() + "/")
                .expect("nginx's page", text -> text.contains("Welcome to nginx"));

        title("Names");
        in(one, "dig", "+short", SERVICE)
                .expect("both addresses", text -> text.contains(one.address()) && text.contains(two.address()));
        in(one, "dig", "+short", "tasks." + SERVICE)
                .expect("both addresses", text -> text.contains(one.address()) && text.contains(two.address()));
        in(one, "dig", "AAAA", SERVICE)
                .expect("NOERROR and no answer", text -> text.contains("NOERROR") && text.contains("ANSWER: 0"));
        in(one, "dig", "+short", "-x", two.address())
                .expect("the task's name", text -> text.equals(two.name() + "." + NETWORK + "."));
        in(one, "dig", "+short", "outside.test")
                .expect("the outside address", text -> text.equals(Underlay.INTERNET_ADDRESS));

        title("The way out is docker_gwbridge, under the node's own address");
        docker(one.host(), "exec", one.container(), "timeout", "5", "wget", "-qO-", "http://outside.test/")
                .expect(
                        "you are " + one.host().address(),
                        text -> text.equals("you are " + one.host().address()));
        on(one.host(), "ip", "link", "set", "docker_gwbridge", "down");
        docker(
                        one.host(),
                        "exec",
                        one.container(),
                        "timeout",
                        "2",
                        "wget",
                        "-qO-",
                        "http://" + Underlay.INTERNET_ADDRESS + "/")
                .expectFailure("nothing without docker_gwbridge");
        on(one.host(), "ip", "link", "set", "docker_gwbridge", "up");
        docker(one.host(), "exec", one.container(), "timeout", "5", "wget", "-qO-", "http://outside.test/")
                .expect(
                        "you are " + one.host().address(),
                        text -> text.equals("you are " + one.host().address()));

        title("Packets up to the network's MTU pass, larger ones do not");
        int fits = MTU_BYTES - ICMP_OVERHEAD_BYTES;
        in(one, "ping", "-c", "1", "-M", "do", "-s", Integer.toString(fits), two.address())
                .expect("an answer", text -> text.contains(" 0% packet loss"));
        in(one, "ping", "-c", "1", "-W", "1", "-M", "do", "-s", Integer.toString(fits + 1), two.address())
                .expectFailure("message too long");

        title("A host without tasks of the network has nothing of it");
        for (LabHost node : made.nodes()) {
            boolean runs = node == one.host() || node == two.host();
            long vxlans = devices(node, "vxlan");
            long taps = devices(node, "tun"); // of the user-space data plane
            expect(
                    node.name() + (runs ? " has the network's tunnel end" : " has no tunnel end"),
                    runs == vxlans + taps > 0,
                    vxlans + " vxlan devices and " + taps + " TAPs over all its namespaces");
            out.println("    " + node.name() + ": " + vxlans + " vxlan device(s)"
                    + (taps > 0 ? " and " + taps + " TAP(s)" : "") + " over all its network namespaces");
        }
        out.println();
        out.println("The main job runs.");
    }

    /** An earlier demo's service and network. */
    private void clean() {
        if (Tool.run(lab.docker(manager, "service", "inspect", SERVICE)).ok()) {
            Tool.run(lab.docker(manager, "service", "rm", SERVICE)).orThrow("service rm");
        }
        awaitTrue(
                "the old network is gone",
                () -> !Tool.run(lab.docker(manager, "network", "inspect", NETWORK))
                                .ok()
                        || Tool.run(lab.docker(manager, "network", "rm", NETWORK))
                                .ok());
    }

    private List<Running> runningTasks() {
        List<Running> tasks = new ArrayList<>();
        for (LabHost node : made.nodes()) {
            String rows = Tool.run(lab.docker(
                            node,
                            "ps",
                            "--no-trunc",
                            "--filter",
                            "label=com.docker.swarm.service.name=" + SERVICE,
                            "--format",
                            "{{.ID}} {{.Names}}"))
                    .orThrow("docker ps on " + node.name());
            for (String row : rows.lines().toList()) {
                String[] words = row.split(" ");
                String address = Tool.run(lab.docker(
                                node,
                                "inspect",
                                "--format",
                                "{{(index .NetworkSettings.Networks \"" + NETWORK + "\").IPAddress}}",
                                words[0]))
                        .orThrow("docker inspect on " + node.name());
                tasks.add(new Running(
                        node,
                        words[0].substring(0, 12),
                        words[1],
                        address,
                        Path.of("/run/swarmnet/netns", words[0].substring(0, 12))));
            }
        }
        return tasks;
    }

    /** Counts over the namespace of every process and every pinned one of the host, each once. */
    private long devices(LabHost node, String type) {
        String script = "{ lsns -t net -n -o NS,PATH | awk '{print $2}'; "
                + "awk '$9==\"nsfs\" || $8==\"nsfs\" || $10==\"nsfs\" {print $5}' /proc/self/mountinfo; } | sort -u | "
                + "while read -r f; do i=$(stat -Lc %i \"$f\") && nsenter --net=\"$f\" ip -j -d link show type " + type
                + " | "
                + "sed \"s/^/$i /\"; done | sort -u | grep -c ifindex";
        String text =
                Tool.run(LabCommand.inside(node, List.of("sh", "-c", script))).output();
        return Long.parseLong(text.lines().reduce((a, b) -> b).orElse("0").strip());
    }

    private void title(String text) {
        out.println();
        out.println("# " + text);
    }

    private Step docker(LabHost host, String... arguments) {
        List<String> shown = new ArrayList<>(List.of("docker"));
        shown.addAll(Arrays.asList(arguments));
        return new Step(host.name(), shown, Tool.run(lab.docker(host, arguments)));
    }

    private Step on(LabHost host, String... command) {
        return new Step(host.name(), List.of(command), Tool.run(LabCommand.inside(host, List.of(command))));
    }

    /** A tool of the machine in the sandbox of a task, asking what the task would be told. */
    private Step in(Running task, String... command) {
        List<String> all = new ArrayList<>(List.of("nsenter", "--net=" + task.sandbox()));
        all.addAll(Arrays.asList(command));
        if (command[0].equals("dig")) {
            all.add("@127.0.0.11");
        }
        return new Step(task.name(), List.of(command), Tool.run(LabCommand.inside(task.host(), all)));
    }

    private final class Step {
        private final Tool.Outcome outcome;
        private final String where;
        private final String command;

        Step(String where, List<String> command, Tool.Outcome outcome) {
            this.outcome = outcome;
            this.where = where;
            this.command = String.join(" ", command);
            out.println(where + "$ " + this.command);
            if (!outcome.output().isEmpty()) {
                out.println(outcome.output());
            }
        }

        void expect(String what, Predicate<String> right) {
            Demo.this.expect(
                    where + "$ " + command + ": " + what,
                    outcome.ok() && right.test(outcome.output()),
                    "exit " + outcome.exit() + ", " + outcome.output());
        }

        void expectFailure(String what) {
            Demo.this.expect(where + "$ " + command + ": " + what, !outcome.ok(), "it succeeded");
        }
    }

    private void expect(String what, boolean right, String seen) {
        if (!right) {
            throw new IllegalStateException("demo: expected " + what + "; seen: " + seen);
        }
    }

    private interface Condition {
        boolean holds();
    }

    private static void awaitTrue(String what, Condition condition) {
        long limit = System.nanoTime() + CONDITION_LIMIT_MILLIS * 1_000_000;
        while (!condition.holds()) {
            if (System.nanoTime() > limit) {
                throw new IllegalStateException("demo: " + what + ": not within " + CONDITION_LIMIT_MILLIS + " ms");
            }
        }
    }
}
