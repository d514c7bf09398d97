package io.swarmnet.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code swarmnet undo}: the host's sysctls as they were before swarmnet. */
@Command(
        name = "undo",
        headerHeading = "Examples:%n",
        header = {"  swarmnet undo                      after swarmnet leave"},
        synopsisHeading = "%nUsage:  ",
        customSynopsis = "swarmnet undo [OPTIONS]",
        descriptionHeading = "%n",
        description = "Put back the sysctls of this host that swarmnet changed",
        optionListHeading = "%nOptions:%n")
final class UndoCommand implements Runnable {
    @Option(names = "--format", paramLabel = "FORMAT", description = "\"json\": an array of sentences")
    private String format;

    @Mixin
    private OneOffDaemon oneOff;

    @Parameters(hidden = true)
    private List<String> arguments;

    @Spec
    private CommandSpec spec;

    private final SwarmnetCommand root;

    UndoCommand(SwarmnetCommand root) {
        this.root = root;
    }

    @Override
    public void run() {
        SwarmnetCommand.arguments(spec, arguments, 0);
        boolean json = SwarmnetCommand.json(format);
        Engine engine = root.engine();
        List<Object> told = Json.list(engine.isDown() ? oneOff.run("--undo") : engine.post("/swarmnet/undo", null));
        if (json) {
            root.print(Json.write(told));
        } else if (told.isEmpty()) {
            root.print("Nothing to undo.");
        } else {
            told.forEach(sentence -> root.print(String.valueOf(sentence)));
        }
    }
}
