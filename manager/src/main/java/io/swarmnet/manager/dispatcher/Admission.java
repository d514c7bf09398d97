package io.swarmnet.manager.dispatcher;

import io.swarmnet.manager.ca.RootAuthority;
import io.swarmnet.manager.store.ClusterStore;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.NotSupportedException;
import io.swarmnet.model.id.Ids;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.object.Cluster;
import io.swarmnet.model.object.NodeRole;
import io.swarmnet.model.session.SessionMessage;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;

/** Turns a request with the right secret into a node of the swarm: record first, then the certificate goes out. */
final class Admission {
    private static final int HOSTNAME_CHARS = 255;

    private final Vertx vertx;
    private final ClusterStore store;
    private final Rereading commits;
    private final SecureRandom random;
    private final InstantSource clock;

    Admission(Vertx vertx, ClusterStore store, Rereading commits, SecureRandom random, InstantSource clock) {
        this.vertx = vertx;
        this.store = store;
        this.commits = commits;
        this.random = random;
        this.clock = clock;
    }

    SessionMessage.RootAnswer root() {
        return new SessionMessage.RootAnswer(
                NodeRecords.cluster(store.snapshot()).trustRoot().certificatePem());
    }

    /** Fails with a {@code SwarmnetException} whose sentence goes to the joiner. */
    Future<SessionMessage.CertificateAnswer> admit(SessionMessage.CertificateRequest request, String address) {
        try {
            Cluster cluster = NodeRecords.cluster(store.snapshot());
            NodeRole role = roleOf(cluster, request.secret());
            String hostname = hostname(request.hostname());
            NodeId node = new NodeId(Ids.newSwarmId(random));
            Instant now = clock.instant();
            return vertx.executeBlocking(() -> certificate(cluster, request.csrPem(), node, role, now), false)
                    .compose(
                            pem -> commits.commit(state -> NodeRecords.admit(state, node, role, hostname, address, now))
                                    .map(stored -> new SessionMessage.CertificateAnswer(
                                            node,
                                            cluster.id(),
                                            role,
                                            pem,
                                            cluster.trustRoot().certificatePem())));
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private String certificate(Cluster cluster, String csrPem, NodeId node, NodeRole role, Instant now) {
        return new RootAuthority(cluster.trustRoot(), random)
                .issue(csrPem, node, cluster.id(), role, now, cluster.spec().certificateExpirySeconds());
    }

    /** Both secrets are compared whole and always, so that time tells nothing about them. */
    private static NodeRole roleOf(Cluster cluster, String secret) {
        boolean worker = isSame(cluster.joinSecrets().worker(), secret);
        boolean manager = isSame(cluster.joinSecrets().manager(), secret);
        if (manager) {
            throw new NotSupportedException(
                    "joining as a manager is not supported yet: a swarm has one manager for now;"
                            + " join with the worker token instead");
        }
        if (!worker) {
            throw new InvalidSpecException("invalid join token");
        }
        return NodeRole.WORKER;
    }

    private static boolean isSame(String known, String told) {
        return MessageDigest.isEqual(bytes(known), bytes(told == null ? "" : told));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String hostname(String told) {
        if (told == null || told.isEmpty() || told.length() > HOSTNAME_CHARS) {
            throw new InvalidSpecException("a joining node says its hostname, 1 to " + HOSTNAME_CHARS + " characters");
        }
        return told;
    }
}
