package io.swarmnet.model.session;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.List;

/** Answers to {@link NodeRequest}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "answer")
@JsonSubTypes({
    @JsonSubTypes.Type(value = NodeAnswer.Output.class, name = "output"),
    @JsonSubTypes.Type(value = NodeAnswer.ExecStarted.class, name = "exec"),
    @JsonSubTypes.Type(value = NodeAnswer.Container.class, name = "container")
})
public sealed interface NodeAnswer {
    /**
     * One piece of output.
     *
     * @param stream 1 = stdout, 2 = stderr
     * @param partial the line goes on in the next piece
     */
    record Piece(int stream, Instant time, byte[] bytes, boolean partial) {}

    /**
     * @param cursor where the next request goes on
     * @param ended nothing will follow
     * @param exitCode of an exec that ended, or of the container; -1 = not ended
     */
    record Output(long cursor, List<Piece> pieces, boolean ended, int exitCode) implements NodeAnswer {}

    record ExecStarted(String exec, int pid) implements NodeAnswer {}

    /** @param json the container in the shape of the engine's own store */
    record Container(byte[] json) implements NodeAnswer {}
}
