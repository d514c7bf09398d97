package io.swarmnet.engine.json;

import static io.swarmnet.engine.json.DockerJson.object;
import static io.swarmnet.engine.json.DockerJson.time;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swarmnet.model.net.HostPort;
import io.swarmnet.model.net.Subnet;
import io.swarmnet.model.object.Cluster;
import io.swarmnet.model.object.ClusterSpec;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;

/** The swarm as {@code GET /swarm} and the Swarm part of {@code GET /info} show it. */
public final class SwarmJson {
    private static final List<Subnet> DEFAULT_POOLS = List.of(Subnet.parse("10.0.0.0/8"));

    private SwarmJson() {}

    /** {@code GET /swarm}: the cluster with its join tokens. */
    public static ObjectNode withTokens(Cluster cluster, String worker, String manager) {
        ObjectNode swarm = cluster(cluster);
        swarm.putObject("JoinTokens").put("Worker", worker).put("Manager", manager);
        return swarm;
    }

    public static ObjectNode cluster(Cluster cluster) {
        ObjectNode json = meta(cluster.id().value(), cluster.version(), cluster.createdAt(), cluster.updatedAt());
        json.set("Spec", spec(cluster.spec()));
        json.set("TLSInfo", tlsInfo(cluster.trustRoot().certificatePem()));
        json.put("RootRotationInProgress", false);
        if (cluster.defaultAddressPools().isEmpty()
                || cluster.defaultAddressPools().equals(DEFAULT_POOLS)) {
            json.putNull("DefaultAddrPool");
        } else {
            ArrayNode pools = json.putArray("DefaultAddrPool");
            cluster.defaultAddressPools().forEach(pool -> pools.add(pool.toString()));
        }
        return json.put("SubnetSize", cluster.subnetSize()).put("DataPathPort", cluster.dataPathPort());
    }

    /** The first keys of every swarm object. */
    static ObjectNode meta(String id, long version, java.time.Instant createdAt, java.time.Instant updatedAt) {
        ObjectNode json = object().put("ID", id);
        json.putObject("Version").put("Index", version);
        return json.put("CreatedAt", time(createdAt)).put("UpdatedAt", time(updatedAt));
    }

    private static ObjectNode spec(ClusterSpec spec) {
        ObjectNode json = object().put("Name", spec.name());
        json.set("Labels", DockerJson.map(spec.labels()));
        json.putObject("Orchestration").put("TaskHistoryRetentionLimit", spec.taskHistoryLimit());
        // Docker's Raft figures. Ours are milliseconds of another library; these are what tools expect to find.
        json.putObject("Raft")
                .put("SnapshotInterval", 10_000)
                .put("KeepOldSnapshots", 0)
                .put("LogEntriesForSlowFollowers", 500)
                .put("ElectionTick", 10)
                .put("HeartbeatTick", 1);
        json.putObject("Dispatcher").put("HeartbeatPeriod", spec.heartbeatMillis() * 1_000_000);
        json.putObject("CAConfig").put("NodeCertExpiry", spec.certificateExpirySeconds() * 1_000_000_000);
        json.putObject("TaskDefaults");
        json.putObject("EncryptionConfig").put("AutoLockManagers", false);
        return json;
    }

    /** Root certificate with its subject and key in base 64 of their DER. Empty when the PEM cannot be read. */
    public static ObjectNode tlsInfo(String rootPem) {
        ObjectNode json = object();
        try {
            X509Certificate root = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(rootPem.getBytes(StandardCharsets.US_ASCII)));
            Base64.Encoder base64 = Base64.getEncoder();
            json.put("TrustRoot", rootPem)
                    .put(
                            "CertIssuerSubject",
                            base64.encodeToString(root.getSubjectX500Principal().getEncoded()))
                    .put(
                            "CertIssuerPublicKey",
                            base64.encodeToString(root.getPublicKey().getEncoded()));
        } catch (CertificateException e) {
            json.put("TrustRoot", rootPem);
        }
        return json;
    }

    /** A manager as {@code RemoteManagers} lists it; the id is "" where this node was told the address only. */
    public record RemoteManager(String nodeId, HostPort address) {}

    /**
     * The Swarm part of {@code /info}.
     *
     * @param state inactive, pending, active, error or locked
     * @param cluster null unless this node is a manager
     */
    public static ObjectNode local(
            String nodeId,
            String nodeAddress,
            String state,
            boolean manager,
            String error,
            List<RemoteManager> managers,
            int nodeCount,
            int managerCount,
            Cluster cluster) {
        ObjectNode json = object().put("NodeID", nodeId)
                .put("NodeAddr", nodeAddress)
                .put("LocalNodeState", state)
                .put("ControlAvailable", manager)
                .put("Error", error);
        if (managers.isEmpty()) {
            json.putNull("RemoteManagers");
        } else {
            ArrayNode list = json.putArray("RemoteManagers");
            managers.forEach(remote -> list.addObject()
                    .put("NodeID", remote.nodeId())
                    .put("Addr", remote.address().toString()));
        }
        if (cluster != null) {
            json.put("Nodes", nodeCount).put("Managers", managerCount);
            json.set("Cluster", cluster(cluster));
        }
        return json;
    }
}
