package io.swarmnet.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code swarmnet node}: the group of verbs about nodes. */
@Command(
        name = "node",
        headerHeading = "Examples:%n",
        header = "  swarmnet node ls",
        synopsisHeading = "%nUsage:  ",
        customSynopsis = "swarmnet node COMMAND",
        descriptionHeading = "%n",
        description = "Manage the nodes of the swarm",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n")
final class NodeCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
