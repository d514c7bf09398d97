package io.swarmnet.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code swarmnet node ls}: as {@code docker node ls}. */
@Command(
        name = "ls",
        aliases = "list",
        headerHeading = "Examples:%n",
        header = {
            "  swarmnet node ls",
            "  swarmnet node ls --filter role=manager",
            "  swarmnet node ls --format json          one object a line"
        },
        synopsisHeading = "%nUsage:  ",
        customSynopsis = "swarmnet node ls [OPTIONS]",
        descriptionHeading = "%n",
        description = "List nodes in the swarm",
        optionListHeading = "%nOptions:%n")
final class NodeLsCommand implements Runnable {
    private static final List<String> HEADINGS =
            List.of("ID", "HOSTNAME", "STATUS", "AVAILABILITY", "MANAGER STATUS", "ENGINE VERSION");

    @Option(
            names = {"-f", "--filter"},
            paramLabel = "KEY=VALUE",
            description = "id, label, node.label, membership, name or role")
    private List<String> filters = List.of();

    @Option(names = "--format", paramLabel = "FORMAT", description = "\"table\" or \"json\" (default table)")
    private String format;

    @Option(
            names = {"-q", "--quiet"},
            description = "only display IDs")
    private boolean quiet;

    @Parameters(hidden = true)
    private List<String> arguments;

    @Spec
    private CommandSpec spec;

    private final SwarmnetCommand root;

    NodeLsCommand(SwarmnetCommand root) {
        this.root = root;
    }

    @Override
    public void run() {
        SwarmnetCommand.arguments(spec, arguments, 0);
        boolean json = SwarmnetCommand.json(format);
        Engine engine = root.engine();
        List<Object> nodes = Json.list(engine.get("/nodes" + query()));
        if (quiet && !json) {
            nodes.stream().sorted(NodeLsCommand::byHostname).forEach(node -> root.print(Json.text(node, "ID")));
            return;
        }
        Object info = nodes.isEmpty() ? null : engine.get("/info");
        List<NodeRow> rows = nodes.stream()
                .sorted(NodeLsCommand::byHostname)
                .map(node -> NodeRow.of(node, info))
                .toList();
        if (json) {
            rows.forEach(row -> root.print(Json.write(row.asMap())));
        } else {
            Table table = new Table(HEADINGS);
            rows.forEach(row -> table.add(row.cells()));
            table.lines().forEach(root::print);
        }
    }

    private static int byHostname(Object one, Object other) {
        return NaturalOrder.compare(
                Json.text(one, "Description", "Hostname"), Json.text(other, "Description", "Hostname"));
    }

    private String query() {
        Map<String, Map<String, Object>> wanted = new TreeMap<>();
        for (String filter : filters) {
            int equals = filter.indexOf('=');
            if (equals < 0) {
                throw CliException.flag("-f, --filter", filter, "bad format of filter (expected name=value)");
            }
            wanted.computeIfAbsent(
                            filter.substring(0, equals).strip().toLowerCase(java.util.Locale.ROOT),
                            k -> new TreeMap<>())
                    .put(filter.substring(equals + 1).strip(), true);
        }
        return wanted.isEmpty() ? "" : "?filters=" + Engine.encode(Json.write(new LinkedHashMap<>(wanted)));
    }
}
