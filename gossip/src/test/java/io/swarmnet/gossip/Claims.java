package io.swarmnet.gossip;

import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.Ids;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.id.ServiceId;
import io.swarmnet.model.id.TaskId;
import io.swarmnet.model.net.CidrAddress;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.MacAddress;
import io.swarmnet.model.record.EndpointClaim;
import io.swarmnet.model.record.EndpointPhase;
import io.swarmnet.model.record.EndpointRecord;
import io.swarmnet.model.record.EndpointState;
import io.swarmnet.model.record.SignedClaim;
import io.swarmnet.model.record.SignedState;
import io.swarmnet.model.wire.Encoding;
import java.util.List;
import java.util.function.UnaryOperator;

/** Claims and records for tests, of endpoints named by numbers. */
public final class Claims {
    public static final String SERVICE_NAME = "secret-service-name";
    public static final UnaryOperator<byte[]> UNSIGNED = bytes -> new byte[] {1};

    private Claims() {}

    public static EndpointId endpoint(int number) {
        return new EndpointId(Ids.sha256Hex("endpoint" + number));
    }

    public static EndpointClaim claim(NetworkId network, NodeId node, int number, long epoch) {
        IpAddress address = IpAddress.parse("10.0.9." + (number % 250 + 2));
        return new EndpointClaim(
                network,
                endpoint(number),
                List.of(new CidrAddress(address, 24)),
                MacAddress.ofIpv4(address),
                List.of("web." + number, "host" + number),
                new ServiceId("service1"),
                SERVICE_NAME,
                List.of("alias"),
                1,
                new TaskId("task" + number),
                node,
                epoch);
    }

    public static SignedClaim sign(EndpointClaim claim, UnaryOperator<byte[]> swarm) {
        byte[] bytes = Encoding.encode(claim);
        return new SignedClaim(bytes, swarm.apply(bytes));
    }

    public static EndpointRecord record(
            SignedClaim claim, NodeId node, long version, EndpointPhase phase, UnaryOperator<byte[]> signer) {
        byte[] state = Encoding.encode(
                new EndpointState(claim.hash(), node, version, phase, List.of(IpAddress.parse("192.0.2.1")), 4789));
        return new EndpointRecord(claim, new SignedState(state, signer.apply(state)));
    }

    public static EndpointRecord record(NetworkId network, NodeId node, int number, long epoch, long version) {
        return record(network, node, number, epoch, version, EndpointPhase.UP);
    }

    public static EndpointRecord record(
            NetworkId network, NodeId node, int number, long epoch, long version, EndpointPhase phase) {
        return record(sign(claim(network, node, number, epoch), UNSIGNED), node, version, phase, UNSIGNED);
    }
}
