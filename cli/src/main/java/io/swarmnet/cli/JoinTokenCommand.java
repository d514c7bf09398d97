package io.swarmnet.cli;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code swarmnet join-token}: as {@code docker swarm join-token}. */
@Command(
        name = "join-token",
        headerHeading = "Examples:%n",
        header = {
            "  swarmnet join-token worker              the command a new worker runs",
            "  swarmnet join-token -q manager          the token alone",
            "  swarmnet join-token --rotate worker     the old token lets nobody in any more"
        },
        synopsisHeading = "%nUsage:  ",
        customSynopsis = "swarmnet join-token [OPTIONS] (worker|manager)",
        descriptionHeading = "%n",
        description = "Manage join tokens",
        optionListHeading = "%nOptions:%n")
final class JoinTokenCommand implements Runnable {
    @Option(
            names = {"-q", "--quiet"},
            description = "only display the token")
    private boolean quiet;

    @Option(names = "--rotate", description = "make a new token")
    private boolean rotate;

    @Option(names = "--format", paramLabel = "FORMAT", description = "\"json\": role, token and address, as one object")
    private String format;

    @Parameters(hidden = true)
    private List<String> arguments;

    @Spec
    private CommandSpec spec;

    private final SwarmnetCommand root;

    JoinTokenCommand(SwarmnetCommand root) {
        this.root = root;
    }

    @Override
    public void run() {
        String role = SwarmnetCommand.arguments(spec, arguments, 1).get(0);
        if (!role.equals("worker") && !role.equals("manager")) {
            throw CliException.failed("unknown role " + role);
        }
        boolean json = SwarmnetCommand.json(format);
        Engine engine = root.engine();
        if (rotate) {
            rotate(engine, role);
            if (!quiet && !json) {
                root.print("Successfully rotated " + role + " join token.");
                root.print("");
            }
        }
        if (quiet && !json) {
            String key = role.equals("worker") ? "Worker" : "Manager";
            root.print(Json.text(engine.get("/swarm"), "JoinTokens", key));
            return;
        }
        // A worker is told by the swarm's answer, not by its own empty node id.
        engine.get("/swarm");
        JoinInstructions instructions =
                JoinInstructions.ofNode(engine, Json.text(engine.get("/info"), "Swarm", "NodeID"));
        if (json) {
            root.print(Json.write(instructions.asMap(role, Map.of())));
        } else {
            instructions.print(root, role);
        }
    }

    private static void rotate(Engine engine, String role) {
        Object swarm = engine.get("/swarm");
        engine.post(
                "/swarm/update?rotateManagerToken=" + role.equals("manager") + "&rotateManagerUnlockKey=false"
                        + "&rotateWorkerToken=" + role.equals("worker") + "&version="
                        + Engine.encode(Json.text(swarm, "Version", "Index")),
                Json.at(swarm, "Spec"));
    }
}
