package io.swarmnet.deploy.it;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that runs beside the test, such as a capture; ended with SIGTERM, so that it writes what it has. */
final class Background implements AutoCloseable {
    private static final Duration READY = Duration.ofSeconds(30);
    private static final int TERMINATED = 128 + 15;

    private final Process process;
    private final Path said;

    private Background(Process process, Path said) {
        this.process = process;
        this.said = said;
    }

    /** @param ready what it prints when it has begun */
    static Background start(String ready, List<String> command) {
        try {
            Path said = Files.createTempFile("swarmnet-it", ".out");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            Background background = new Background(process, said);
            Wait.until(
                    String.join(" ", command) + " says " + ready,
                    READY,
                    () -> background.said().contains(ready) || !process.isAlive());
            if (!background.said().contains(ready)) {
                fail(String.join(" ", command) + " ended: " + background.said());
            }
            return background;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A capture of what a host's network namespace sees of a port. */
    static Background capture(Host host, Path file, String filter) {
        return start(
                "listening on",
                List.of(
                        "nsenter",
                        "--net=" + host.netns(),
                        "tcpdump",
                        "-i",
                        "any",
                        "-U",
                        "-Z",
                        "root",
                        "-w",
                        file.toString(),
                        filter));
    }

    /** A trace of all threads of a process and of what it starts. */
    static Background strace(long pid, Path file, String... options) {
        List<String> command =
                new java.util.ArrayList<>(List.of("strace", "-f", "-p", Long.toString(pid), "-o", file.toString()));
        command.addAll(List.of(options));
        return start(" attached", command);
    }

    private String said() throws IOException {
        return Files.readString(said, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        try {
            process.destroy();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                fail("it does not end");
            }
            if (process.exitValue() != 0 && process.exitValue() != TERMINATED) {
                fail("exit " + process.exitValue() + ": " + said());
            }
            Files.delete(said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
