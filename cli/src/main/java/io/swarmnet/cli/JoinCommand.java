package io.swarmnet.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code swarmnet join}: as {@code docker swarm join}. */
@Command(
        name = "join",
        headerHeading = "Examples:%n",
        header = {
            "  swarmnet join --token SWMTKN-1-... 192.0.2.11:2377",
            "  swarmnet join --token SWMTKN-1-... --advertise-addr eth1 192.0.2.11:2377"
        },
        synopsisHeading = "%nUsage:  ",
        customSynopsis = "swarmnet join [OPTIONS] HOST:PORT",
        descriptionHeading = "%n",
        description = "Join a swarm as a node and/or manager",
        optionListHeading = "%nOptions:%n")
final class JoinCommand implements Runnable {
    @Option(names = "--token", paramLabel = "TOKEN", description = "token for entry into the swarm")
    private String token = "";

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
            names = "--availability",
            paramLabel = "WORD",
            description = "of this node: active, pause or drain (default active)")
    private String availability = "";

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "\"json\": what became of this node, as one object")
    private String format;

    @Parameters(hidden = true)
    private List<String> arguments;

    @Spec
    private CommandSpec spec;

    private final SwarmnetCommand root;

    JoinCommand(SwarmnetCommand root) {
        this.root = root;
    }

    @Override
    public void run() {
        String remote = SwarmnetCommand.arguments(spec, arguments, 1).get(0);
        boolean json = SwarmnetCommand.json(format);
        Engine engine = root.engine();
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("ListenAddr", Flags.listenAddress(listenAddress));
        request.put("AdvertiseAddr", advertiseAddress);
        request.put("DataPathAddr", dataPathAddress);
        request.put("RemoteAddrs", List.of(remote));
        request.put("JoinToken", token);
        request.put("Availability", Flags.availability(availability));
        engine.post("/swarm/join", request);
        Object info = engine.get("/info");
        String role = Json.flag(info, "Swarm", "ControlAvailable") ? "manager" : "worker";
        if (json) {
            Map<String, Object> joined = new LinkedHashMap<>();
            joined.put("NodeID", Json.text(info, "Swarm", "NodeID"));
            joined.put("Role", role);
            root.print(Json.write(joined));
        } else {
            root.print("This node joined a swarm as a " + role + ".");
        }
    }
}
