package io.swarmnet.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** Where the {@code swarmnet} command begins. */
public final class Main {
    private static final Set<String> VERBS = Set.of("init", "join", "leave", "join-token", "node", "version");

    private Main() {}

    public static void main(String[] arguments) {
        int code = run(List.of(arguments), new Terminal(System.out, System.err, System.getenv()));
        System.out.flush();
        System.exit(code);
    }

    /** Runs one command and returns its exit code, Docker's: 0, 1 when it failed, 125 when a flag was wrong. */
    static int run(List<String> arguments, Terminal terminal) {
        SwarmnetCommand root = new SwarmnetCommand(terminal);
        CommandLine line = new CommandLine(root);
        line.addSubcommand(new InitCommand(root))
                .addSubcommand(new JoinCommand(root))
                .addSubcommand(new LeaveCommand(root))
                .addSubcommand(new JoinTokenCommand(root))
                .addSubcommand(new CommandLine(new NodeCommand()).addSubcommand(new NodeLsCommand(root)))
                .addSubcommand(new VersionCommand(root));
        if (arguments.stream().noneMatch(VERBS::contains)) {
            ServiceLoader.load(Extension.class).forEach(extension -> line.addSubcommand(extension.command()));
        }
        Usage.applyTo(line, terminal);
        return line.execute(arguments.toArray(String[]::new));
    }

    /** What a command may see and say. */
    record Terminal(PrintStream out, PrintStream err, Map<String, String> environment) {
        /** Plain text: help is read by scripts too, and looking for a terminal costs time. */
        static final Ansi ANSI = Ansi.OFF;

        PrintWriter outWriter() {
            return new PrintWriter(out, true);
        }

        PrintWriter errWriter() {
            return new PrintWriter(err, true);
        }
    }
}
