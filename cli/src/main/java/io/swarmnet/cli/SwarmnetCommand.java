package io.swarmnet.cli;

import io.swarmnet.cli.Main.Terminal;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command itself: which engine is meant, and what its verbs share. */
@Command(
        name = "swarmnet",
        headerHeading = "Examples:%n",
        header = {
            "  swarmnet init --advertise-addr 192.0.2.11     make this node the first of a swarm",
            "  swarmnet join --token SWMTKN-1-... 192.0.2.11:2377",
            "  swarmnet join-token worker                    how another node joins",
            "  swarmnet node ls",
            "  docker network create -d overlay my-net       all else is the docker command's"
        },
        synopsisHeading = "%nUsage:  ",
        customSynopsis = "swarmnet [OPTIONS] COMMAND",
        descriptionHeading = "%n",
        description = "Docker's container networking for many hosts, without Docker's engine",
        optionListHeading = "%nOptions:%n",
        commandListHeading = "%nCommands:%n",
        footer = "%nRun 'swarmnet COMMAND --help' for more information on a command.")
final class SwarmnetCommand implements Runnable {
    static final String DEFAULT_HOST = "unix:///run/swarmnet/swarmnet.sock";

    @Option(
            names = {"-H", "--host"},
            paramLabel = "unix://PATH",
            scope = ScopeType.INHERIT,
            description = "the engine's socket (default: $SWARMNET_HOST, $DOCKER_HOST, " + DEFAULT_HOST + ")")
    private String host;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "print this help")
    private boolean help;

    @Spec
    private CommandSpec spec;

    private final Terminal terminal;

    SwarmnetCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        spec.commandLine().usage(terminal.out());
    }

    Terminal terminal() {
        return terminal;
    }

    void print(String line) {
        terminal.out().println(line);
    }

    Engine engine() {
        String chosen = Stream.of(
                        host,
                        terminal.environment().get("SWARMNET_HOST"),
                        terminal.environment().get("DOCKER_HOST"),
                        DEFAULT_HOST)
                .filter(text -> text != null && !text.isEmpty())
                .findFirst()
                .orElseThrow();
        return new Engine(chosen);
    }

    /** Whether {@code --format json} was said; anything but that and the default is refused. */
    static boolean json(String format) {
        if (format == null || format.isEmpty() || format.equals("table")) {
            return false;
        }
        if (!format.equals("json")) {
            throw CliException.flag(
                    "--format", format, "swarmnet prints \"table\" or \"json\"; the docker command knows templates");
        }
        return true;
    }

    /** Checks the number of positional arguments as Docker does. */
    static List<String> arguments(CommandSpec of, List<String> given, int wanted) {
        List<String> list = given == null ? List.of() : given;
        if (list.size() != wanted) {
            String what =
                    wanted == 0 ? "accepts no arguments" : "requires " + wanted + " argument" + (wanted > 1 ? "s" : "");
            throw CliException.arguments("swarmnet: '" + of.qualifiedName() + "' " + what);
        }
        return list;
    }
}
