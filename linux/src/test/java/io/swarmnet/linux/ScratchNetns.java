package io.swarmnet.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.swarmnet.linux.netns.Netns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Namespaces of a test, gone when it closes; and the tools that look into them from outside. */
public final class ScratchNetns implements AutoCloseable {
    private final Path directory;
    private final List<Netns> made = new ArrayList<>();

    public ScratchNetns() {
        requireRoot();
        try {
            directory = Files.createTempDirectory("swlx-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Skips the test without root, or fails it where CI is set. */
    public static void requireRoot() {
        require("root".equals(System.getProperty("user.name")), "needs root");
    }

    /** Skips the test if something is missing, or fails it where CI is set. */
    public static void require(boolean there, String what) {
        if (System.getenv("CI") != null) {
            assertEquals(true, there, what);
        }
        assumeTrue(there, what);
    }

    public Path directory() {
        return directory;
    }

    public Netns add(String name) {
        Netns netns = Netns.create(directory.resolve(name));
        made.add(netns);
        return netns;
    }

    /** Runs a command inside; its standard output. Fails if it fails. */
    public static String inside(Netns netns, String... command) {
        List<String> all = new ArrayList<>(List.of("nsenter", "--net=" + netns.path()));
        all.addAll(List.of(command));
        return run(all);
    }

    public static JsonNode jsonInside(Netns netns, String... command) {
        try {
            return new ObjectMapper().readTree(inside(netns, command));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The exit code of a command inside; 124 after 30 s. */
    public static int exitInside(Netns netns, String... command) {
        try {
            List<String> all = new ArrayList<>(List.of("nsenter", "--net=" + netns.path()));
            all.addAll(List.of(command));
            Process process = new ProcessBuilder(all)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return 124;
            }
            return process.exitValue();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes());
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("timed out: " + command);
            }
            assertEquals(0, process.exitValue(), command + " said " + output);
            return output;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        made.forEach(Netns::delete);
        try {
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
