package io.swarmnet.worker.container;

import io.swarmnet.model.error.SwarmnetException;

/** A container or exec that could not be started, in Docker's sentence and with Docker's exit code. */
public final class StartFailure extends SwarmnetException {
    private static final long serialVersionUID = 1L;

    private static final int BAD_REQUEST = 400;
    private static final int INTERNAL_ERROR = 500;
    private static final int NOT_FOUND = 127;
    private static final int NOT_EXECUTABLE = 126;
    private static final int OTHER = 128;

    private final int exitCode;

    private StartFailure(String message, int exitCode) {
        super(exitCode == OTHER ? INTERNAL_ERROR : BAD_REQUEST, message);
        this.exitCode = exitCode;
    }

    /** @param runcSaid such as {@code runc create failed: unable to start container process: ...} */
    static StartFailure ofContainer(String runcSaid) {
        return new StartFailure(
                "failed to create task for container: failed to create shim task: OCI runtime create failed: "
                        + runcSaid + ": unknown",
                exitCode(runcSaid));
    }

    /** @param runcSaid such as {@code exec failed: unable to start container process: ...} */
    static StartFailure ofExec(String runcSaid) {
        return new StartFailure("OCI runtime exec failed: " + runcSaid + ": unknown", exitCode(runcSaid));
    }

    /** As the engine's daemon/start.go tells them apart: by the words. */
    private static int exitCode(String said) {
        if (said.contains("executable file not found")
                || said.contains("no such file or directory")
                || said.contains("system cannot find the file specified")) {
            return NOT_FOUND;
        }
        return said.contains("permission denied") || said.contains("is a directory") ? NOT_EXECUTABLE : OTHER;
    }

    /** 127 = not found, 126 = not executable, 128 = else; what {@code docker run} exits with. */
    public int exitCode() {
        return exitCode;
    }
}
