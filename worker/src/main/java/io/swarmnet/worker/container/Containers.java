package io.swarmnet.worker.container;

import io.swarmnet.model.session.NodeAnswer;
import io.vertx.core.Future;
import java.util.List;

/** The containers of this node. Thread-safe; all futures fail with a {@code SwarmnetException} in Docker's words. */
public interface Containers {
    /** All of them, newest first, ended ones too. Never blocks. */
    List<Container> list();

    /**
     * @param reference full id, name with or without slash, or unique prefix of an id
     * @throws io.swarmnet.model.error.NotFoundException {@code No such container: X}
     */
    Container find(String reference);

    /**
     * Pulls a bounded piece of the container's log; see {@link io.swarmnet.model.session.NodeRequest.ReadLogs}. Bytes are
     * as the program wrote them, newlines included: nobody has to add one. At least one line comes even if it is longer
     * than {@code maxBytes}. {@code ended} only once the container has ended and all was read.
     */
    Future<NodeAnswer.Output> readLogs(String reference, long cursor, int tail, long waitMillis, int maxBytes);

    /** What an exec is to run; without a terminal. */
    record ExecSpec(List<String> command, List<String> env, String workingDir, String user, boolean stdin) {}

    /**
     * Starts a command in a running container; {@code container X is not running} (409) otherwise. A command that cannot
     * be started (not found: 127, not executable: 126) gives, as Docker does, an exec that has ended with that code, pid
     * 0, and Docker's sentence as its stdout.
     */
    Future<Exec> exec(String reference, ExecSpec spec);

    /** A running or ended exec. */
    interface Exec {
        /** 64 characters of hexadecimal. */
        String id();

        int pid();

        /**
         * Pulls output from the cursor on (0 = the start). {@code ended} with the exit code comes once all output was
         * read. A cursor says that all before it has arrived and may be forgotten. 256 KiB that nobody pulls stop the
         * command until somebody does.
         */
        Future<NodeAnswer.Output> read(long cursor, long waitMillis, int maxBytes);

        /** Throws output away from now on, of a detached exec. */
        void discard();

        /** Feeds stdin; empty bytes close it. */
        Future<Void> write(byte[] bytes);
    }

    /** @throws io.swarmnet.model.error.NotFoundException {@code No such exec instance: X} */
    Exec findExec(String id);

    /** Called after each change of a container's state, on any thread: hand over at once. */
    AutoCloseable watch(java.util.function.Consumer<Container> listener);
}
