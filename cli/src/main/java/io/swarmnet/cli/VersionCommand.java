package io.swarmnet.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code swarmnet version}: this command's, and the engine's. */
@Command(
        name = "version",
        headerHeading = "Examples:%n",
        header = {"  swarmnet version", "  swarmnet version --format json"},
        synopsisHeading = "%nUsage:  ",
        customSynopsis = "swarmnet version [OPTIONS]",
        descriptionHeading = "%n",
        description = "Show the version of the command and of the engine",
        optionListHeading = "%nOptions:%n")
final class VersionCommand implements Runnable {
    @Option(names = "--format", paramLabel = "FORMAT", description = "\"json\": both, as one object")
    private String format;

    @Parameters(hidden = true)
    private List<String> arguments;

    @Spec
    private CommandSpec spec;

    private final SwarmnetCommand root;

    VersionCommand(SwarmnetCommand root) {
        this.root = root;
    }

    @Override
    public void run() {
        SwarmnetCommand.arguments(spec, arguments, 0);
        boolean json = SwarmnetCommand.json(format);
        String platform =
                System.getProperty("os.name").toLowerCase(java.util.Locale.ROOT) + "/" + System.getProperty("os.arch");
        if (json) {
            Map<String, Object> both = new LinkedHashMap<>();
            both.put("Client", Map.of("Version", own()));
            both.put("Server", root.engine().get("/version"));
            root.print(Json.write(both));
            return;
        }
        root.print("Client: swarmnet");
        root.print(" Version:           " + own());
        root.print(" Java version:      " + System.getProperty("java.version"));
        root.print(" OS/Arch:           " + platform);
        Object engine = root.engine().get("/version");
        root.print("");
        root.print("Server:");
        root.print(" Engine:");
        root.print("  Version:          " + Json.text(engine, "Version"));
        root.print("  API version:      " + Json.text(engine, "ApiVersion") + " (minimum version "
                + Json.text(engine, "MinAPIVersion") + ")");
        root.print("  OS/Arch:          " + Json.text(engine, "Os") + "/" + Json.text(engine, "Arch"));
    }

    /** The version the build wrote beside this class. */
    static String own() {
        try (InputStream file = VersionCommand.class.getResourceAsStream("version.txt")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("version.txt in our own jar", e);
        }
    }
}
