package io.swarmnet.model.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swarmnet.model.id.Ids;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.id.ServiceId;
import io.swarmnet.model.id.TaskId;
import io.swarmnet.model.net.CidrAddress;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.MacAddress;
import io.swarmnet.model.net.Subnet;
import io.swarmnet.model.net.Vni;
import io.swarmnet.model.object.Attachment;
import io.swarmnet.model.object.Network;
import io.swarmnet.model.object.NetworkSpec;
import io.swarmnet.model.object.OverlaySubnet;
import io.swarmnet.model.object.RestartPolicy;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.object.TaskSpec;
import io.swarmnet.model.object.TaskState;
import io.swarmnet.model.object.TaskStatus;
import io.swarmnet.model.record.SignedClaim;
import io.swarmnet.model.session.Frames;
import io.swarmnet.model.session.NodeRequest;
import io.swarmnet.model.session.SessionMessage;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EncodingTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00.123456789Z");

    @Test
    void networkComesBackAsItWas() throws DecodeException {
        Network network = network();
        byte[] bytes = Encoding.encode(network);
        assertEquals(Encoding.VERSION, bytes[0]);
        assertEquals(network, Encoding.decode(bytes, Network.class));
        assertArrayEquals(bytes, Encoding.encode(network));
    }

    @Test
    void taskWithAttachmentComesBackAsItWas() throws DecodeException {
        Task task = new Task(
                new TaskId("t1"),
                7,
                NOW,
                NOW,
                new ServiceId("s1"),
                "web",
                1,
                new NodeId("n1"),
                new TaskSpec(null, RestartPolicy.DEFAULT, List.of(), List.of(), 0),
                TaskState.RUNNING,
                new TaskStatus(TaskState.NEW, NOW, "created", null, 0, 0),
                null,
                List.of(new Attachment(
                        new NetworkId("x"),
                        Ids.endpointOf(new TaskId("t1"), new NetworkId("x")),
                        List.of(CidrAddress.parse("10.0.9.3/24")),
                        MacAddress.parse("02:42:0a:00:09:03"),
                        List.of(),
                        new SignedClaim(new byte[] {1, 2}, new byte[] {3}))));
        assertEquals(task, Encoding.decode(Encoding.encode(task), Task.class));
        assertEquals("web.1.t1", task.name());
    }

    @Test
    void fieldsOfANewerBuildSurviveARewrite() throws DecodeException {
        ObjectNode stored = (ObjectNode) Encoding.toTree(network());
        stored.put("fromTheFuture", 42);
        ((ObjectNode) stored.get("spec")).put("alsoNew", "kept");
        Network read = Encoding.fromTree(stored, Network.class);
        var next = Encoding.toTree(read.withVersion(9));
        UnknownFields.carry(stored, Encoding.toTree(read), next);
        assertEquals(42, next.get("fromTheFuture").asInt());
        assertEquals("kept", next.get("spec").get("alsoNew").asText());
        assertEquals(9, next.get("version").asInt());
    }

    @Test
    void garbageIsADecodeException() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            if (bytes.length > 0) {
                bytes[0] = Encoding.VERSION;
            }
            try {
                Encoding.decode(bytes, Network.class);
            } catch (DecodeException expected) {
                continue;
            }
        }
        assertThrows(DecodeException.class, () -> Encoding.decode(new byte[] {9, 0}, Network.class));
    }

    @Test
    void framesAreTakenOneByOne() throws DecodeException {
        SessionMessage.Ask ask = new SessionMessage.Ask(
                5, Encoding.encode(new NodeRequest.ReadLogs(Ids.containerOf(new TaskId("t1")), 0, -1, 0, 1000)));
        byte[] one = Frames.encode(ask);
        ByteBuffer two = ByteBuffer.allocate(2 * one.length - 1)
                .put(one)
                .put(one, 0, one.length - 1)
                .flip();
        SessionMessage.Ask taken = (SessionMessage.Ask) Frames.take(two, Frames.MAX_SESSION_BODY_BYTES);
        assertEquals(5, taken.call());
        assertEquals(-1, ((NodeRequest.ReadLogs) Encoding.decode(taken.body(), NodeRequest.class)).tail());
        assertEquals(null, Frames.take(two, Frames.MAX_SESSION_BODY_BYTES));
        assertThrows(DecodeException.class, () -> Frames.take(ByteBuffer.wrap(one), 4));
    }

    private static Network network() {
        return new Network(
                new NetworkId("abc"),
                3,
                NOW,
                NOW,
                new NetworkSpec(
                        "net", Map.of("a", "b"), "overlay", Map.of(), true, false, false, true, false, List.of()),
                List.of(new OverlaySubnet(Subnet.parse("10.0.1.0/24"), IpAddress.parse("10.0.1.1"), new Vni(4097))),
                List.of(1L));
    }
}
