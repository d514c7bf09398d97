package io.swarmnet.engine.api;

import com.fasterxml.jackson.databind.node.TextNode;
import io.swarmnet.engine.json.DockerJson;
import io.swarmnet.engine.json.Fields;
import io.swarmnet.engine.json.NodeJson;
import io.swarmnet.engine.json.SwarmJson;
import io.swarmnet.manager.control.SwarmControl;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.NotSupportedException;
import io.swarmnet.model.error.StaleVersionException;
import io.swarmnet.model.error.UnavailableException;
import io.swarmnet.model.net.Subnet;
import io.swarmnet.model.object.Cluster;
import io.swarmnet.model.object.ClusterSpec;
import io.swarmnet.model.object.NodeAvailability;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code /swarm}: init, join, leave, inspect, tokens. */
final class SwarmRoutes {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    /** What {@code GET /swarm} shows. */
    private static final Map<String, Long> RAFT_FIGURES = Map.of(
            "SnapshotInterval",
            10_000L,
            "KeepOldSnapshots",
            0L,
            "LogEntriesForSlowFollowers",
            500L,
            "ElectionTick",
            10L,
            "HeartbeatTick",
            1L);

    private final Membership membership;

    SwarmRoutes(EngineNode node) {
        this.membership = node.membership();
    }

    void register(Routes routes) {
        routes.get("/swarm", this::inspect);
        routes.post("/swarm/init", this::init);
        routes.post("/swarm/join", this::join);
        routes.post("/swarm/leave", call -> call.when(membership.leave(call.flag("force")), done -> call.empty(200)));
        routes.post("/swarm/update", this::update);
        routes.get("/swarm/unlockkey", call -> {
            membership.control();
            call.json(200, DockerJson.object().put("UnlockKey", ""));
        });
    }

    private void inspect(Call call) {
        SwarmControl control = membership.control();
        SwarmControl.JoinTokens tokens = control.joinTokens();
        call.json(200, SwarmJson.withTokens(cluster(control), tokens.worker(), tokens.manager()));
    }

    private static Cluster cluster(SwarmControl control) {
        return control.snapshot()
                .cluster()
                .orElseThrow(
                        () -> new UnavailableException(
                                "This node is not a swarm manager. Manager is being prepared or has trouble connecting to the cluster."));
    }

    private void init(Call call) {
        Fields body = call.body();
        if (body.flag("ForceNewCluster", false)) {
            throw new NotSupportedException("ForceNewCluster (--force-new-cluster) is not supported by swarmnet yet");
        }
        if (body.flag("AutoLockManagers", false)) {
            throw new NotSupportedException("AutoLockManagers (--autolock) is not supported by swarmnet yet");
        }
        long port = body.number("DataPathPort", 0);
        if (port != 0 && (port < 1024 || port > 49151)) {
            throw new InvalidSpecException(
                    "invalid DataPathPort: datapath port must be within 1024 and 49151, not " + port);
        }
        long size = body.number("SubnetSize", 0);
        if (size != 0 && (size < 0 || size > 29)) {
            throw new InvalidSpecException("invalid SubnetSize: subnet size must be less than 30, not " + size);
        }
        List<Subnet> pools = new ArrayList<>();
        for (String pool : body.texts("DefaultAddrPool")) {
            try {
                pools.add(Subnet.parse(pool));
            } catch (IllegalArgumentException e) {
                throw new InvalidSpecException("invalid DefaultAddrPool: " + e.getMessage());
            }
        }
        Membership.Init init = new Membership.Init(
                body.text("ListenAddr"),
                body.text("AdvertiseAddr"),
                body.text("DataPathAddr"),
                (int) port,
                List.copyOf(pools),
                (int) size,
                availability(body),
                spec(body.object("Spec"), ClusterSpec.DEFAULT));
        call.when(membership.init(init), id -> call.json(200, TextNode.valueOf(id.value())));
    }

    private static NodeAvailability availability(Fields body) {
        return NodeJson.word(
                NodeAvailability.class, body.text("Availability"), "Availability", NodeAvailability.ACTIVE);
    }

    /** The spec with what was left out, or is 0, taken from {@code base}. */
    private static ClusterSpec spec(Fields spec, ClusterSpec base) {
        Fields authority = spec.object("CAConfig");
        if (!authority.objects("ExternalCAs").isEmpty()) {
            throw new NotSupportedException(
                    "Spec.CAConfig.ExternalCAs (--external-ca) is not supported by swarmnet yet");
        }
        if (spec.object("EncryptionConfig").flag("AutoLockManagers", false)) {
            throw new NotSupportedException(
                    "Spec.EncryptionConfig.AutoLockManagers (--autolock) is not supported by swarmnet yet");
        }
        refuseWithoutEffect(spec);
        long history = spec.object("Orchestration").number("TaskHistoryRetentionLimit", base.taskHistoryLimit());
        long heartbeat = spec.object("Dispatcher").number("HeartbeatPeriod", 0) / NANOS_PER_MILLI;
        long expiry = authority.number("NodeCertExpiry", 0) / NANOS_PER_SECOND;
        if (history < 0 || history > Integer.MAX_VALUE) {
            throw new InvalidSpecException("invalid TaskHistoryRetentionLimit: " + history);
        }
        if (heartbeat < 0 || expiry < 0 || expiry > 0 && expiry < 3600) {
            throw new InvalidSpecException(
                    "invalid Spec: a heartbeat is positive and a certificate lives 1h or longer");
        }
        if (expiry > 0 && expiry < ClusterSpec.DEFAULT.certificateExpirySeconds()) {
            throw new NotSupportedException(
                    "Spec.CAConfig.NodeCertExpiry (--cert-expiry) below 2160h is not supported by"
                            + " swarmnet yet: certificates are not renewed so far, and the swarm would stop with them");
        }
        Map<String, String> labels = Map.copyOf(spec.textMap("Labels"));
        return new ClusterSpec(
                spec.text("Name").isEmpty() ? base.name() : spec.text("Name"),
                labels,
                (int) history,
                heartbeat == 0 ? base.heartbeatMillis() : heartbeat,
                expiry == 0 ? base.certificateExpirySeconds() : expiry);
    }

    /** Settings of Docker's consensus, and of tasks: shown with Docker's figures, and nothing here follows others. */
    private static void refuseWithoutEffect(Fields spec) {
        Fields raft = spec.object("Raft");
        RAFT_FIGURES.forEach((name, figure) -> {
            long told = raft.number(name, 0);
            if (told != 0 && told != figure) {
                throw new NotSupportedException("Spec.Raft." + name + " other than " + figure
                        + " is not supported by swarmnet yet: its Raft log keeps to figures of its own");
            }
        });
        spec.object("TaskDefaults").refuseOthers("swarms");
    }

    private void join(Call call) {
        Fields body = call.body();
        Membership.Join join = new Membership.Join(
                body.text("ListenAddr"),
                body.text("AdvertiseAddr"),
                body.text("DataPathAddr"),
                body.texts("RemoteAddrs"),
                body.text("JoinToken"),
                availability(body));
        call.when(membership.join(join), done -> call.empty(200));
    }

    private void update(Call call) {
        SwarmControl control = membership.control();
        Cluster cluster = cluster(control);
        long version = call.version("swarm");
        if (call.flag("rotateManagerUnlockKey")) {
            throw new NotSupportedException("locked swarms are not supported by swarmnet yet");
        }
        if (version != cluster.version()) {
            throw new StaleVersionException("rpc error: code = Unknown desc = update out of sequence");
        }
        if (!spec(call.body(), cluster.spec()).equals(cluster.spec())) {
            throw new NotSupportedException(
                    "changing the swarm's settings after swarm init is not supported by swarmnet yet");
        }
        boolean worker = call.flag("rotateWorkerToken");
        boolean manager = call.flag("rotateManagerToken");
        if (worker || manager) {
            call.when(control.rotateJoinSecrets(version, worker, manager), done -> call.empty(200));
        } else {
            call.empty(200);
        }
    }
}
