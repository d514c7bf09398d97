package io.swarmnet.engine.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bodies, queries and bytes that no client means: refused with a sentence, never an internal error. */
@Timeout(60)
class GarbageTest {
    private static final int ROUNDS = 600;
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Map<String, String> BODIES = Map.of(
            "/services/create",
            "{\"Name\":\"g\",\"Labels\":{\"a\":\"b\"},\"TaskTemplate\":{\"ContainerSpec\":{\"Image\":\"x\",\"Env\":[\"A=b\"],"
                    + "\"Args\":[\"y\"],\"DNSConfig\":{\"Search\":[\"s\"]},\"StopGracePeriod\":5},\"RestartPolicy\":{\"Delay\":1},"
                    + "\"Placement\":{\"Constraints\":[\"node.id==1\"]},\"Networks\":[{\"Target\":\"ingress\",\"Aliases\":[\"q\"]}]},"
                    + "\"Mode\":{\"Replicated\":{\"Replicas\":1}},\"UpdateConfig\":{\"Parallelism\":1},\"EndpointSpec\":{\"Mode\":\"vip\"}}",
            "/networks/create",
            "{\"Name\":\"g\",\"Driver\":\"overlay\",\"Internal\":true,\"Options\":{\"a\":\"b\"},\"Labels\":{},"
                    + "\"IPAM\":{\"Config\":[{\"Subnet\":\"10.9.0.0/24\",\"AuxiliaryAddresses\":{\"h\":\"10.9.0.9\"}}]}}",
            "/swarm/init",
            "{\"ListenAddr\":\"0.0.0.0:2377\",\"DataPathPort\":4789,\"SubnetSize\":24,\"DefaultAddrPool\":[\"10.0.0.0/8\"],"
                    + "\"Spec\":{\"Orchestration\":{\"TaskHistoryRetentionLimit\":5},\"CAConfig\":{\"NodeCertExpiry\":7776000000000000}}}",
            "/swarm/update?version=1",
            "{\"Name\":\"default\",\"Dispatcher\":{\"HeartbeatPeriod\":5000000000},\"Labels\":{}}",
            "/nodes/node2/update?version=1",
            "{\"Labels\":{\"a\":\"b\"},\"Role\":\"worker\",\"Availability\":\"drain\"}");

    @Test
    void bodiesWithOneThingWrong() throws Exception {
        try (ApiFixture fixture = new ApiFixture()) {
            Random random = new Random(20);
            int refused = 0;
            for (int round = 0; round < ROUNDS; round++) {
                List<String> paths = BODIES.keySet().stream().sorted().toList();
                String path = paths.get(random.nextInt(paths.size()));
                JsonNode body = JSON.readTree(BODIES.get(path));
                spoil(body, random);
                UnixHttp.Answer answer = fixture.http().post(path, body.toString());
                String what = "round " + round + " " + path + " " + body + " -> " + answer.text();
                boolean stale = answer.text().contains("out of sequence")
                        || answer.text().contains(" not found");
                assertTrue(answer.status() < 500 || answer.status() == 501 || stale, what);
                refused += answer.status() >= 400 ? 1 : 0;
            }
            assertTrue(refused > ROUNDS / 4, "only " + refused + " refused: the test spoils too little");
        }
    }

    /** Puts one value of another type somewhere into the tree. */
    private static void spoil(JsonNode node, Random random) throws Exception {
        List<JsonNode> inner = new ArrayList<>();
        node.forEach(child -> {
            if (child.isContainerNode() && !child.isEmpty()) {
                inner.add(child);
            }
        });
        if (!inner.isEmpty() && random.nextInt(3) > 0) {
            spoil(inner.get(random.nextInt(inner.size())), random);
            return;
        }
        String[] values = {
            "7",
            "-1",
            "\"text\"",
            "true",
            "[]",
            "[[1]]",
            "{\"a\":{}}",
            "null",
            "1e400",
            "99999999999999999999",
            "\"\\u0000\""
        };
        JsonNode value = JSON.readTree(values[random.nextInt(values.length)]);
        if (node instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            object.set(names.get(random.nextInt(names.size())), value);
        } else if (node instanceof ArrayNode array) {
            array.set(random.nextInt(array.size()), value);
        }
    }

    @Test
    void queries() throws Exception {
        try (ApiFixture fixture = new ApiFixture()) {
            for (String path : List.of(
                    "/networks?filters=%7B%22dangling%22%3A%5B%22maybe%22%5D%7D",
                    "/networks?filters=%7B%22name%22%3A7%7D",
                    "/tasks?filters=%7B%22desired-state%22%3A%5B%22x%22%5D%7D",
                    "/containers/json?filters=%5B%5D",
                    "/events?since=yesterday",
                    "/services/" + "x".repeat(600))) {
                UnixHttp.Answer answer = fixture.http().get(path);
                assertEquals(400, answer.status(), path + " " + answer.text());
            }
            assertEquals(
                    400,
                    fixture.http()
                            .post("/nodes/node2/update?version=99999999999999999999", "{}")
                            .status());
        }
    }

    @Test
    void bytesThatAreNoHttp() throws Exception {
        try (ApiFixture fixture = new ApiFixture()) {
            Random random = new Random(21);
            for (int round = 0; round < 50; round++) {
                byte[] bytes = new byte[1 + random.nextInt(2_000)];
                random.nextBytes(bytes);
                try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                    channel.connect(UnixDomainSocketAddress.of(fixture.socket));
                    UnixHttp.write(channel, bytes);
                    channel.shutdownOutput();
                    UnixHttp.readAll(channel);
                } catch (java.io.IOException reset) {
                    continue;
                }
            }
            assertEquals("OK", fixture.http().get("/_ping").text());
        }
    }
}
