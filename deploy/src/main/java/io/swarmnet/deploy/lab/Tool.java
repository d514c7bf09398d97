package io.swarmnet.deploy.lab;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs a program as a user would, and says what it printed. */
final class Tool {
    private static final long LIMIT_SECONDS = 120;

    private Tool() {}

    /**
     * What came of it.
     *
     * @param output stdout and stderr as they came, without the last line break
     */
    record Outcome(int exit, String output) {
        boolean ok() {
            return exit == 0;
        }

        String orThrow(String what) {
            if (!ok()) {
                throw new IllegalStateException(what + " failed (exit " + exit + "): " + output);
            }
            return output;
        }
    }

    static Outcome run(List<String> command) {
        return run(command, null);
    }

    /** @param input file to read stdin from, or null */
    static Outcome run(List<String> command, Path input) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(input == null ? new File("/dev/null") : input.toFile())
                    .start();
            CompletableFuture<byte[]> output = CompletableFuture.supplyAsync(() -> {
                try {
                    return process.getInputStream().readAllBytes();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Outcome(-1, "no answer within " + LIMIT_SECONDS + " s: " + String.join(" ", command));
            }
            return new Outcome(process.exitValue(), new String(output.join(), StandardCharsets.UTF_8).stripTrailing());
        } catch (IOException e) {
            return new Outcome(127, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** The stock docker CLI: of the PATH, or the one that the setup script unpacked. */
    static String docker() {
        List<Path> places = new ArrayList<>();
        for (String directory : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            places.add(Path.of(directory, "docker"));
        }
        String home = System.getProperty("swarmnet.home");
        if (home != null) {
            places.add(Path.of(home, "target/tools/bin/docker"));
        }
        return places.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .map(Path::toString)
                .orElseThrow(() -> new IllegalStateException(
                        "the docker CLI is not on the PATH; install one (Debian: docker.io, docker-cli) or run"
                                + " deploy/scripts/setup.sh lab"));
    }
}
