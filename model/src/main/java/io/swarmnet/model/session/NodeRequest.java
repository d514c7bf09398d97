package io.swarmnet.model.session;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.swarmnet.model.id.ContainerId;
import java.util.List;

/**
 * What a manager asks a node over its session, addressed {@code node.<id>} on the event bus. All are pulled: an answer is
 * bounded, and the asker comes again with the cursor, so nobody pushes into a slow reader.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "ask")
@JsonSubTypes({
    @JsonSubTypes.Type(value = NodeRequest.ReadLogs.class, name = "logs"),
    @JsonSubTypes.Type(value = NodeRequest.StartExec.class, name = "exec"),
    @JsonSubTypes.Type(value = NodeRequest.ReadExec.class, name = "exec-read"),
    @JsonSubTypes.Type(value = NodeRequest.Inspect.class, name = "inspect")
})
public sealed interface NodeRequest {
    /**
     * Reads a container's log from the cursor on.
     *
     * @param cursor 0 = from the start or the tail; else from the last answer
     * @param tail lines from the end when the cursor is 0; -1 = all
     * @param waitMillis how long to wait for more when there is none, 0 to 10,000
     * @param maxBytes bound of the answer, 1 to 1 MiB
     */
    record ReadLogs(ContainerId container, long cursor, int tail, long waitMillis, int maxBytes)
            implements NodeRequest {}

    /** Starts a command without a terminal in a running container. Answered by {@link NodeAnswer.ExecStarted}. */
    record StartExec(ContainerId container, List<String> command, List<String> env, String workingDir, String user)
            implements NodeRequest {}

    record ReadExec(String exec, long cursor, long waitMillis, int maxBytes) implements NodeRequest {}

    /** The container as its node knows it. Answered by {@link NodeAnswer.Container}. */
    record Inspect(ContainerId container) implements NodeRequest {}
}
