package io.swarmnet.cli;

/** Something the user must read; the message is what is printed, on stderr. */
final class CliException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final boolean showUsage;

    private CliException(String message, int exitCode, boolean showUsage) {
        super(message);
        this.exitCode = exitCode;
        this.showUsage = showUsage;
    }

    /** The command was understood and failed: exit code 1. */
    static CliException failed(String message) {
        return new CliException(message, 1, false);
    }

    /** Too many or too few arguments: exit code 1, followed by how to use the command. */
    static CliException arguments(String message) {
        return new CliException(message, 1, true);
    }

    /** A flag's value is wrong: Docker's exit code 125, followed by how to use the command. */
    static CliException flag(String flag, String value, String reason) {
        return new CliException(
                "invalid argument \"" + value + "\" for \"" + flag + "\" flag: " + reason, Usage.BAD_FLAG, true);
    }

    int exitCode() {
        return exitCode;
    }

    boolean showUsage() {
        return showUsage;
    }
}
