package io.swarmnet.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code swarmnet init}: as {@code docker swarm init}. */
@Command(
        name = "init",
        headerHeading = "Examples:%n",
        header = {
            "  swarmnet init",
            "  swarmnet init --advertise-addr 192.0.2.11",
            "  swarmnet init --advertise-addr eth0 --default-addr-pool 10.20.0.0/16"
        },
        synopsisHeading = "%nUsage:  ",
        customSynopsis = "swarmnet init [OPTIONS]",
        descriptionHeading = "%n",
        description = "Make this node the first manager of a new swarm",
        optionListHeading = "%nOptions:%n")
final class InitCommand implements Runnable {
    private static final String NO_ADDRESS = "could not find the system's IP address";
    private static final String MANY_ADDRESSES = "could not choose an IP address to advertise";

    @Option(
            names = "--advertise-addr",
            paramLabel = "ADDR",
            description = "advertised address (\"<ip|interface>[:port]\")")
    private String advertiseAddress = "";

    @Option(names = "--listen-addr", paramLabel = "ADDR", description = "listen address (default 0.0.0.0:2377)")
    private String listenAddress = Flags.LISTEN_ADDRESS;

    @Option(
            names = "--data-path-addr",
            paramLabel = "ADDR",
            description = "address or interface for data path traffic (\"<ip|interface>\")")
    private String dataPathAddress = "";

    @Option(
            names = "--data-path-port",
            paramLabel = "PORT",
            description = "port for data path traffic (1024 - 49151, default 4789)")
    private String dataPathPort = "0";

    @Option(
            names = "--default-addr-pool",
            paramLabel = "CIDR",
            split = ",",
            description = "pool of overlay subnets, again for more (default 10.0.0.0/8)")
    private List<String> pools = List.of();

    @Option(
            names = "--default-addr-pool-mask-length",
            paramLabel = "BITS",
            description = "prefix length of subnets from the pool (default 24)")
    private String maskLength = "24";

    @Option(
            names = "--availability",
            paramLabel = "WORD",
            description = "of this node: active, pause or drain (default active)")
    private String availability = "";

    @Option(names = "--autolock", description = "require a key to start a stopped manager")
    private boolean autolock;

    @Option(
            names = "--cert-expiry",
            paramLabel = "TIME",
            description = "validity of node certificates (default 2160h0m0s)")
    private String certExpiry;

    @Option(
            names = "--dispatcher-heartbeat",
            paramLabel = "TIME",
            description = "dispatcher heartbeat period (default 5s)")
    private String heartbeat;

    @Option(names = "--force-new-cluster", description = "make a new cluster from the current state")
    private boolean forceNewCluster;

    @Option(names = "--max-snapshots", paramLabel = "N", description = "additional Raft snapshots to retain")
    private String maxSnapshots;

    @Option(
            names = "--snapshot-interval",
            paramLabel = "N",
            description = "log entries between snapshots (default 10000)")
    private String snapshotInterval;

    @Option(names = "--task-history-limit", paramLabel = "N", description = "task history retention limit (default 5)")
    private String taskHistoryLimit;

    @Option(names = "--format", paramLabel = "FORMAT", description = "\"json\": what was made, as one object")
    private String format;

    @Parameters(hidden = true)
    private List<String> arguments;

    @Spec
    private CommandSpec spec;

    private final SwarmnetCommand root;

    InitCommand(SwarmnetCommand root) {
        this.root = root;
    }

    @Override
    public void run() {
        SwarmnetCommand.arguments(spec, arguments, 0);
        boolean json = SwarmnetCommand.json(format);
        Engine engine = root.engine();
        String node = Json.text(init(engine, request()));
        JoinInstructions instructions = JoinInstructions.ofNode(engine, node);
        if (json) {
            root.print(Json.write(instructions.asMap("worker", Map.of("NodeID", node))));
            return;
        }
        root.print("Swarm initialized: current node (" + node + ") is now a manager.");
        root.print("");
        instructions.print(root, "worker");
        root.print("To add a manager to this swarm, run 'swarmnet join-token manager' and follow the instructions.");
        if (autolock) {
            new UnlockKey(Json.text(engine.get("/swarm/unlockkey"), "UnlockKey")).print(root);
        }
    }

    private static Object init(Engine engine, Map<String, Object> request) {
        try {
            return engine.post("/swarm/init", request);
        } catch (CliException e) {
            if (e.getMessage().contains(MANY_ADDRESSES) || e.getMessage().contains(NO_ADDRESS)) {
                throw CliException.failed(e.getMessage() + " - specify one with --advertise-addr");
            }
            throw e;
        }
    }

    private Map<String, Object> request() {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("ListenAddr", Flags.listenAddress(listenAddress));
        request.put("AdvertiseAddr", advertiseAddress);
        request.put("DataPathAddr", dataPathAddress);
        request.put("DataPathPort", Flags.number("--data-path-port", dataPathPort, 0xffff_ffffL));
        request.put("ForceNewCluster", forceNewCluster);
        request.put("Spec", clusterSpec());
        request.put("AutoLockManagers", autolock);
        request.put("Availability", Flags.availability(availability));
        request.put(
                "DefaultAddrPool",
                pools.stream()
                        .map(pool -> Flags.cidr("--default-addr-pool", pool))
                        .toList());
        request.put("SubnetSize", Flags.number("--default-addr-pool-mask-length", maskLength, 0xffff_ffffL));
        return request;
    }

    /** As docker sends it: what was not said is left out, and the daemon's default holds. */
    private Map<String, Object> clusterSpec() {
        Map<String, Object> raft = new LinkedHashMap<>();
        putNumber(raft, "SnapshotInterval", "--snapshot-interval", snapshotInterval);
        putNumber(raft, "KeepOldSnapshots", "--max-snapshots", maxSnapshots);
        raft.put("ElectionTick", 0);
        raft.put("HeartbeatTick", 0);
        Map<String, Object> orchestration = new LinkedHashMap<>();
        putNumber(orchestration, "TaskHistoryRetentionLimit", "--task-history-limit", taskHistoryLimit);
        Map<String, Object> clusterSpec = new LinkedHashMap<>();
        clusterSpec.put("Labels", null);
        clusterSpec.put("Orchestration", orchestration);
        clusterSpec.put("Raft", raft);
        clusterSpec.put("Dispatcher", duration("HeartbeatPeriod", "--dispatcher-heartbeat", heartbeat));
        clusterSpec.put("CAConfig", duration("NodeCertExpiry", "--cert-expiry", certExpiry));
        clusterSpec.put("TaskDefaults", Map.of());
        clusterSpec.put("EncryptionConfig", Map.of("AutoLockManagers", autolock));
        return clusterSpec;
    }

    private static void putNumber(Map<String, Object> into, String key, String flag, String value) {
        if (value != null) {
            into.put(key, Flags.number(flag, value, Long.MAX_VALUE));
        }
    }

    private static Map<String, Object> duration(String key, String flag, String value) {
        return value == null ? Map.of() : Map.of(key, Flags.durationNanos(flag, value));
    }
}
