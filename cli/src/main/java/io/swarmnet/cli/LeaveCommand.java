package io.swarmnet.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code swarmnet leave}: as {@code docker swarm leave}. */
@Command(
        name = "leave",
        headerHeading = "Examples:%n",
        header = {
            "  swarmnet leave                     on a worker",
            "  swarmnet leave --force             on a manager; the last one takes the swarm with it"
        },
        synopsisHeading = "%nUsage:  ",
        customSynopsis = "swarmnet leave [OPTIONS]",
        descriptionHeading = "%n",
        description = "Leave the swarm",
        optionListHeading = "%nOptions:%n")
final class LeaveCommand implements Runnable {
    @Option(
            names = {"-f", "--force"},
            description = "leave even when that takes the swarm's quorum or state with it")
    private boolean force;

    @Option(names = "--format", paramLabel = "FORMAT", description = "\"json\": {\"Left\":true}")
    private String format;

    @Parameters(hidden = true)
    private List<String> arguments;

    @Spec
    private CommandSpec spec;

    private final SwarmnetCommand root;

    LeaveCommand(SwarmnetCommand root) {
        this.root = root;
    }

    @Override
    public void run() {
        SwarmnetCommand.arguments(spec, arguments, 0);
        boolean json = SwarmnetCommand.json(format);
        root.engine().post(force ? "/swarm/leave?force=1" : "/swarm/leave", null);
        root.print(json ? "{\"Left\":true}" : "Node left the swarm.");
    }
}
