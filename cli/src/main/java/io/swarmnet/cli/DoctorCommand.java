package io.swarmnet.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code swarmnet doctor}: what is wrong with this host, and what to type. The exit code counts failures. */
@Command(
        name = "doctor",
        headerHeading = "Examples:%n",
        header = {
            "  swarmnet doctor                    exit code = number of failures, at most 100",
            "  swarmnet doctor --format json      one object a line: ID, What, Status, Cause, Fix"
        },
        synopsisHeading = "%nUsage:  ",
        customSynopsis = "swarmnet doctor [OPTIONS]",
        descriptionHeading = "%n",
        description = "Check kernel, packages, ports, firewall, clock and the way to the other nodes",
        optionListHeading = "%nOptions:%n")
final class DoctorCommand implements Callable<Integer> {
    private static final int EXIT_MAX = 100;
    private static final List<String> HEADINGS = List.of("CHECK", "STATUS", "WHAT", "CAUSE");

    @Option(names = "--format", paramLabel = "FORMAT", description = "\"table\" or \"json\" (default table)")
    private String format;

    @Mixin
    private OneOffDaemon oneOff;

    @Parameters(hidden = true)
    private List<String> arguments;

    @Spec
    private CommandSpec spec;

    private final SwarmnetCommand root;

    DoctorCommand(SwarmnetCommand root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        SwarmnetCommand.arguments(spec, arguments, 0);
        boolean json = SwarmnetCommand.json(format);
        Engine engine = root.engine();
        List<Object> findings = Json.list(engine.isDown() ? oneOff.run("--doctor") : engine.get("/swarmnet/doctor"));
        if (json) {
            findings.forEach(finding -> root.print(Json.write(finding)));
        } else {
            print(findings);
        }
        return (int) Math.min(EXIT_MAX, count(findings, "fail"));
    }

    private void print(List<Object> findings) {
        Table table = new Table(HEADINGS);
        for (Object finding : findings) {
            table.add(List.of(
                    Json.text(finding, "ID"),
                    Json.text(finding, "Status"),
                    Json.text(finding, "What"),
                    Json.text(finding, "Cause")));
        }
        table.lines().forEach(line -> root.print(line.stripTrailing()));
        root.print("");
        for (Object finding : findings) {
            String fix = Json.text(finding, "Fix");
            if (!fix.isEmpty()) {
                root.print(Json.text(finding, "ID") + ": " + fix);
            }
        }
        root.print(count(findings, "fail") + " failed, " + count(findings, "warn") + " warned, "
                + count(findings, "unchecked") + " not checked, " + count(findings, "ok") + " ok");
    }

    private static long count(List<Object> findings, String status) {
        return findings.stream()
                .filter(finding -> Json.text(finding, "Status").equals(status))
                .count();
    }
}
