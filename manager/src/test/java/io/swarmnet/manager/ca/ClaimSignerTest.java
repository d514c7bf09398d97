package io.swarmnet.manager.ca;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.model.id.ClusterId;
import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.id.ServiceId;
import io.swarmnet.model.id.TaskId;
import io.swarmnet.model.net.CidrAddress;
import io.swarmnet.model.net.MacAddress;
import io.swarmnet.model.object.NodeRole;
import io.swarmnet.model.object.TrustRoot;
import io.swarmnet.model.record.EndpointClaim;
import io.swarmnet.model.record.SignedClaim;
import io.swarmnet.model.trust.Pem;
import io.swarmnet.worker.identity.ClaimKey;
import io.swarmnet.worker.identity.NodeIdentity;
import io.swarmnet.worker.identity.NodeKeys;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClaimSignerTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final ClusterId CLUSTER = new ClusterId("c1");
    private static final EndpointClaim CLAIM = new EndpointClaim(
            new NetworkId("net1"),
            new EndpointId("ep1"),
            List.of(CidrAddress.parse("10.0.9.3/24")),
            MacAddress.parse("02:42:0a:00:09:03"),
            List.of("web.1.abc"),
            new ServiceId("s1"),
            "web",
            List.of(),
            1,
            new TaskId("t1"),
            new NodeId("n1"),
            7);

    @Test
    void theSameClaimHasTheSameBytesAndTheJdkVerifiesThem() throws Exception {
        TrustRoot trust = RootAuthority.create(CLUSTER, RANDOM, NOW);
        SignedClaim signed = new ClaimSigner(trust).sign(CLAIM);
        assertEquals(signed, new ClaimSigner(trust).sign(CLAIM));
        assertEquals(CLAIM, signed.open());
        Signature check = Signature.getInstance("SHA256withECDSA");
        check.initVerify(ClaimKey.of(trust.claimCertificatePem(), identity(trust), NOW));
        check.update(signed.claim());
        assertTrue(check.verify(signed.signature()));
    }

    @Test
    void theClaimKeyOfAnotherSwarmIsRefused() {
        NodeIdentity identity = identity(RootAuthority.create(CLUSTER, RANDOM, NOW));
        TrustRoot other = RootAuthority.create(CLUSTER, RANDOM, NOW);
        assertThrows(IllegalArgumentException.class, () -> ClaimKey.of(other.claimCertificatePem(), identity, NOW));
    }

    private static NodeIdentity identity(TrustRoot trust) {
        RootAuthority authority = new RootAuthority(trust, RANDOM);
        KeyPair keys = NodeKeys.generate(RANDOM);
        String pem =
                authority.issue(NodeKeys.requestPem(keys), new NodeId("n1"), CLUSTER, NodeRole.WORKER, NOW, 7_776_000);
        return NodeIdentity.of(keys.getPrivate(), Pem.certificate(pem), authority.root());
    }
}
