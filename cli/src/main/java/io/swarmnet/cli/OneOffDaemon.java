package io.swarmnet.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/**
 * The {@code swarmnetd} beside this command, run once where no daemon answers. This command knows nothing of the kernel;
 * the daemon's code does.
 */
final class OneOffDaemon {
    @Option(names = "--config-file", paramLabel = "FILE", description = "of a daemon that does not run")
    private String configFile;

    @Option(names = "--data-root", paramLabel = "DIR", description = "of a daemon that does not run")
    private String dataRoot;

    @Option(names = "--exec-root", paramLabel = "DIR", description = "of a daemon that does not run")
    private String execRoot;

    /** The JSON it prints; a failure is a {@link CliException} in its words. */
    Object run(String verb) {
        Path program = Path.of(System.getProperty("swarmnet.home", "/usr/lib/swarmnet"), "bin", "swarmnetd");
        if (!Files.isExecutable(program)) {
            throw CliException.failed(
                    "no daemon answers, and " + program + ", which could stand in for it, is not there");
        }
        List<String> command = new ArrayList<>(List.of(program.toString(), verb));
        add(command, "--config-file", configFile);
        add(command, "--data-root", dataRoot);
        add(command, "--exec-root", execRoot);
        try {
            Path errors = Files.createTempFile("swarmnet", ".err");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectError(errors.toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                        .start();
                byte[] out = process.getInputStream().readAllBytes();
                if (process.waitFor() != 0) {
                    throw CliException.failed(
                            Files.readString(errors, StandardCharsets.UTF_8).strip());
                }
                return Json.read(out);
            } finally {
                Files.delete(errors);
            }
        } catch (IOException e) {
            throw CliException.failed(program + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CliException.failed("interrupted");
        }
    }

    private static void add(List<String> command, String flag, String value) {
        if (value != null) {
            command.addAll(List.of(flag, value));
        }
    }
}
