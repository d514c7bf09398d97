package io.swarmnet.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** Where the {@code swarmnet} command begins. */
public final class Main {
    /** Every verb of ours, in the order help lists them. */
    private static final Map<String, Function<SwarmnetCommand, CommandLine>> VERBS = verbs();

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
        // Reading a command's annotations is most of what we cost: only the verb that was said is made.
        Function<SwarmnetCommand, CommandLine> said = VERBS.get(firstWord(arguments));
        if (said != null) {
            line.addSubcommand(said.apply(root));
        } else {
            VERBS.values().forEach(command -> line.addSubcommand(command.apply(root)));
            ServiceLoader.load(Extension.class).forEach(extension -> line.addSubcommand(extension.command()));
        }
        Usage.applyTo(line, terminal);
        return line.execute(arguments.toArray(String[]::new));
    }

    /** The first argument that is neither a flag nor the value of {@code -H}, the one flag with a value before a verb. */
    private static String firstWord(List<String> arguments) {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.equals("-H") || argument.equals("--host")) {
                i++;
            } else if (!argument.startsWith("-")) {
                return argument;
            }
        }
        return "";
    }

    private static Map<String, Function<SwarmnetCommand, CommandLine>> verbs() {
        Map<String, Function<SwarmnetCommand, CommandLine>> verbs = new LinkedHashMap<>();
        verbs.put("init", root -> new CommandLine(new InitCommand(root)));
        verbs.put("join", root -> new CommandLine(new JoinCommand(root)));
        verbs.put("leave", root -> new CommandLine(new LeaveCommand(root)));
        verbs.put("join-token", root -> new CommandLine(new JoinTokenCommand(root)));
        verbs.put("node", root -> new CommandLine(new NodeCommand()).addSubcommand(new NodeLsCommand(root)));
        verbs.put("doctor", root -> new CommandLine(new DoctorCommand(root)));
        verbs.put("undo", root -> new CommandLine(new UndoCommand(root)));
        verbs.put("version", root -> new CommandLine(new VersionCommand(root)));
        return verbs;
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
