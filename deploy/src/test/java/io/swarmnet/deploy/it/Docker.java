package io.swarmnet.deploy.it;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The stock docker CLI: of the PATH, else Debian's, which the set-up script unpacks. */
final class Docker {
    private static final Path CLI = find();

    /** The version of the client, such as 28.2.2. */
    static final String CLIENT_VERSION = Run.of(
                    List.of(CLI.toString(), "-H", "unix:///nowhere", "version", "--format", "{{.Client.Version}}"))
            .out()
            .strip();

    private Docker() {}

    private static Path find() {
        return Stream.concat(
                        Stream.of(System.getenv("PATH").split(File.pathSeparator))
                                .map(directory -> Path.of(directory, "docker")),
                        Stream.of(TestLab.home().resolve("target/tools/bin/docker")))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseGet(() -> fail("no docker CLI; run deploy/scripts/setup.sh test"));
    }

    static List<String> command(Path socket, String... words) {
        List<String> command = new ArrayList<>(List.of(CLI.toString(), "-H", "unix://" + socket));
        command.addAll(List.of(words));
        return command;
    }
}
