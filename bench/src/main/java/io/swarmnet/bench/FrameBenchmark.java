package io.swarmnet.bench;

import io.swarmnet.model.id.ContainerId;
import io.swarmnet.model.id.Ids;
import io.swarmnet.model.object.Attachment;
import io.swarmnet.model.object.ContainerSpec;
import io.swarmnet.model.object.TaskState;
import io.swarmnet.model.record.EndpointClaim;
import io.swarmnet.model.session.AssignedTask;
import io.swarmnet.model.session.Assignment;
import io.swarmnet.model.session.Frames;
import io.swarmnet.model.session.SessionMessage;
import io.swarmnet.model.wire.DecodeException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A node's whole assignment as one frame of port 2377, in CBOR. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class FrameBenchmark {
    /** How many tasks the node has. */
    @Param({"1", "100"})
    int tasks;

    private SessionMessage message;
    private byte[] frame;

    @Setup
    public void assign() {
        List<AssignedTask> all = new ArrayList<>();
        for (int number = 0; number < tasks; number++) {
            all.add(task(number));
        }
        message = new SessionMessage.Assign(new Assignment(1, all, List.of(), List.of(), List.of(), ""));
        frame = Frames.encode(message);
    }

    @Benchmark
    public byte[] encodeAssignment() {
        return Frames.encode(message);
    }

    @Benchmark
    public SessionMessage decodeAssignment() throws DecodeException {
        return Frames.take(ByteBuffer.wrap(frame), Frames.MAX_SESSION_BODY_BYTES);
    }

    private static AssignedTask task(int number) {
        EndpointClaim claim = Samples.claim(number);
        Attachment attachment = new Attachment(
                claim.network(), claim.endpoint(), claim.addresses(), claim.mac(), List.of(), Samples.signed(claim));
        return new AssignedTask(
                claim.task(),
                claim.service(),
                claim.serviceName(),
                claim.slot(),
                claim.names().get(0),
                new ContainerId(Ids.sha256Hex("container" + number)),
                container(),
                TaskState.RUNNING,
                List.of(attachment));
    }

    private static ContainerSpec container() {
        return new ContainerSpec(
                "nginx:latest",
                Map.of(),
                List.of(),
                List.of(),
                null,
                List.of("TZ=UTC"),
                null,
                null,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                null,
                10_000,
                false,
                false,
                false);
    }
}
