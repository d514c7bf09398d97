package io.swarmnet.bench;

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

/** Endpoints as a swarm has them, by number. Their signatures have the length of real ones and prove nothing. */
final class Samples {
    static final NetworkId NETWORK = new NetworkId("q6k9fzx0c2v1m5t8w3y7r4s0a");
    static final NodeId NODE = new NodeId("n4b8d1g6j2k5m9p3q7s0t4v8x");

    /** A DER signature of P-256 has 70 to 72 bytes. */
    private static final byte[] SIGNATURE = new byte[71];

    private Samples() {}

    /** Task {@code number}, from 0 to 60,000, of the service {@code my-web}. */
    static EndpointClaim claim(int number) {
        IpAddress address = IpAddress.parse("10.0." + (9 + number / 250) + "." + (2 + number % 250));
        String task = Ids.sha256Hex("task" + number).substring(0, 25);
        String container = Ids.sha256Hex("container" + number).substring(0, 12);
        return new EndpointClaim(
                NETWORK,
                new EndpointId(Ids.sha256Hex("endpoint" + number)),
                List.of(new CidrAddress(address, 16)),
                MacAddress.ofIpv4(address),
                List.of("my-web." + (number + 1) + "." + task, container),
                new ServiceId("s3f6h9k2m5p8r1t4w7y0b3d6g"),
                "my-web",
                List.of(),
                number + 1,
                new TaskId(task),
                NODE,
                1);
    }

    static SignedClaim signed(EndpointClaim claim) {
        return new SignedClaim(Encoding.encode(claim), SIGNATURE);
    }

    static EndpointRecord record(int number) {
        SignedClaim claim = signed(claim(number));
        EndpointState state = new EndpointState(
                claim.hash(), NODE, 1, EndpointPhase.UP, List.of(IpAddress.parse("198.18.0.11")), 4789);
        return new EndpointRecord(claim, new SignedState(Encoding.encode(state), SIGNATURE));
    }
}
