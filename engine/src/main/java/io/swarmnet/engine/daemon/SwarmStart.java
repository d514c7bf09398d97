package io.swarmnet.engine.daemon;

import io.swarmnet.engine.api.Membership;
import io.swarmnet.engine.json.HostFacts;
import io.swarmnet.manager.ca.RootAuthority;
import io.swarmnet.manager.control.SwarmBirth;
import io.swarmnet.manager.ipam.AddressPools;
import io.swarmnet.manager.store.Change;
import io.swarmnet.model.id.ClusterId;
import io.swarmnet.model.id.Ids;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.net.HostPort;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.object.NodeDescription;
import io.swarmnet.model.object.NodeRole;
import io.swarmnet.model.object.TrustRoot;
import io.swarmnet.model.trust.Pem;
import io.swarmnet.worker.Placement;
import io.swarmnet.worker.identity.NodeIdentity;
import io.swarmnet.worker.identity.NodeKeys;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** What {@code swarm init} makes before anything runs: addresses, authority, the first node's identity, the first commit. */
final class SwarmStart {
    private static final int DEFAULT_SUBNET_SIZE = 24;

    private final DaemonConfig config;
    private final SecureRandom random;
    private final Clock clock;

    SwarmStart(DaemonConfig config, SecureRandom random, Clock clock) {
        this.config = config;
        this.random = random;
        this.clock = clock;
    }

    /** All that the parts need. */
    record Prepared(NodeIdentity identity, NodeFile.InSwarm swarm, List<Change> birth) {}

    /** Blocks: reads the host's addresses and makes keys. */
    Prepared prepare(Membership.Init request) {
        AddressChoice choice = HostAddresses.choice();
        HostPort listen = choice.listen(request.listenAddress(), config.listenAddress());
        HostPort advertised = choice.advertise(request.advertiseAddress(), listen);
        IpAddress vtep = choice.dataPath(request.dataPathAddress(), advertised.address());
        Placement placement = new Placement(
                List.of(advertised.address()), List.of(vtep), config.gossipPort(), config.dataPathPort(), advertised);
        ClusterId cluster = new ClusterId(Ids.newSwarmId(random));
        NodeId node = new NodeId(Ids.newSwarmId(random));
        TrustRoot trust = RootAuthority.create(cluster, random, clock.instant());
        NodeIdentity identity = identity(cluster, node, trust, request);
        SwarmBirth birth = new SwarmBirth(
                cluster,
                request.spec(),
                pools(request),
                request.dataPathPort(),
                trust,
                node,
                request.availability(),
                describe(identity, placement, request.dataPathPort()),
                advertised);
        return new Prepared(
                identity,
                new NodeFile.InSwarm(placement, List.of(advertised), listen),
                birth.firstCommit(random, clock.millis()));
    }

    private NodeIdentity identity(ClusterId cluster, NodeId node, TrustRoot trust, Membership.Init request) {
        KeyPair keys = NodeKeys.generate(random);
        String certificate = new RootAuthority(trust, random)
                .issue(
                        NodeKeys.requestPem(keys),
                        node,
                        cluster,
                        NodeRole.MANAGER,
                        clock.instant(),
                        request.spec().certificateExpirySeconds());
        return NodeIdentity.of(
                keys.getPrivate(), Pem.certificate(certificate), Pem.certificate(trust.certificatePem()));
    }

    private static AddressPools pools(Membership.Init request) {
        if (request.pools().isEmpty() && request.subnetSize() == 0) {
            return AddressPools.DEFAULT;
        }
        return new AddressPools(
                request.pools().isEmpty() ? AddressPools.DEFAULT.pools() : request.pools(),
                request.subnetSize() == 0 ? DEFAULT_SUBNET_SIZE : request.subnetSize());
    }

    /** As the worker will describe the node itself in a moment; the ingress network must not clash with its routes. */
    private NodeDescription describe(NodeIdentity identity, Placement placement, int dataPathPort) {
        io.swarmnet.worker.HostFacts facts = io.swarmnet.worker.HostFacts.read();
        return new NodeDescription(
                config.hostname(),
                facts.architecture(),
                "linux",
                facts.nanoCpus(),
                facts.memoryBytes(),
                HostFacts.DOCKER_VERSION,
                Map.of(),
                placement.addresses(),
                placement.vteps(),
                placement.gossipPort(),
                dataPathPort == 0 ? SwarmBirth.DATA_PATH_PORT : dataPathPort,
                facts.routes(),
                facts.resolvers(),
                placement.managerAddress(),
                identity.certificate().getPublicKey().getEncoded());
    }
}
