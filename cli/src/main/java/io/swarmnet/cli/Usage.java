package io.swarmnet.cli;

import io.swarmnet.cli.Main.Terminal;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is said about wrong arguments, in the words and with the exit codes of docker 28. */
final class Usage {
    /** Docker's exit code when a flag is unknown or its value is wrong. */
    static final int BAD_FLAG = 125;

    private Usage() {}

    static void applyTo(CommandLine line, Terminal terminal) {
        line.setColorScheme(CommandLine.Help.defaultColorScheme(Terminal.ANSI))
                .setOut(terminal.outWriter())
                .setErr(terminal.errWriter())
                .setUsageHelpLongOptionsMaxWidth(34)
                .setUsageHelpWidth(100)
                .setParameterExceptionHandler((e, arguments) -> wrongArguments(e, terminal))
                .setExecutionExceptionHandler((e, command, result) -> failed(e, command, terminal));
    }

    private static int failed(Exception e, CommandLine command, Terminal terminal) {
        if (e instanceof CliException said) {
            terminal.err().println(said.getMessage());
            if (said.showUsage()) {
                howToUse(command, terminal);
            }
            return said.exitCode();
        }
        terminal.err().println("swarmnet has a bug, or met one: " + e);
        e.printStackTrace(terminal.err());
        return 1;
    }

    private static int wrongArguments(ParameterException e, Terminal terminal) {
        CommandLine command = e.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        if (e instanceof UnmatchedArgumentException unmatched) {
            List<String> words = unmatched.getUnmatched();
            String first = words.isEmpty() ? "" : words.get(0);
            if (!first.startsWith("-")) {
                terminal.err().println("swarmnet: unknown command: " + name + " " + first);
                howToUse(command, terminal);
                return 1;
            }
            terminal.err()
                    .println(
                            first.startsWith("--")
                                    ? "unknown flag: " + first
                                    : "unknown shorthand flag: '" + first.charAt(Math.min(1, first.length() - 1))
                                            + "' in " + first);
        } else if (e instanceof MissingParameterException missing
                && missing.getMissing().get(0) instanceof OptionSpec option) {
            terminal.err().println("flag needs an argument: " + option.longestName());
        } else {
            terminal.err().println(e.getMessage());
        }
        howToUse(command, terminal);
        return BAD_FLAG;
    }

    private static void howToUse(CommandLine command, Terminal terminal) {
        String name = command.getCommandSpec().qualifiedName();
        String[] synopsis = command.getCommandSpec().usageMessage().customSynopsis();
        terminal.err().println();
        if (synopsis.length > 0) {
            terminal.err().println("Usage:  " + synopsis[0]);
            terminal.err().println();
        }
        terminal.err().println("Run '" + name + " --help' for more information");
    }
}
