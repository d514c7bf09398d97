package io.swarmnet.deploy.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A program that was run, and what came of it.
 *
 * @param out stdout without its last line break
 * @param err stderr without its last line break
 */
record Run(List<String> command, int exit, String out, String err) {
    private static final long LIMIT_SECONDS = 90;
    private static final Path NOTHING = Path.of("/dev/null");

    static Run of(List<String> command) {
        return of(command, Map.of(), NOTHING);
    }

    static Run of(List<String> command, Map<String, String> environment, Path input) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectInput(input.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            CompletableFuture<String> out = text(process.getInputStream());
            CompletableFuture<String> err = text(process.getErrorStream());
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                fail("no end within " + LIMIT_SECONDS + " s: " + String.join(" ", command));
            }
            return new Run(command, process.exitValue(), out.join(), err.join());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static CompletableFuture<String> text(InputStream stream) {
        return CompletableFuture.supplyAsync(() -> {
            try (stream) {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8).stripTrailing();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    boolean worked() {
        return exit == 0;
    }

    /** What it printed; fails when it did not work. */
    String ok() {
        assertEquals(0, exit, this::toString);
        return out;
    }

    List<String> lines() {
        return ok().lines().toList();
    }

    /** Fails unless it was refused with exactly these words on stderr and this exit code. */
    void refused(int code, String words) {
        assertEquals(words, err, this::toString);
        assertEquals(code, exit, this::toString);
    }

    @Override
    public String toString() {
        return String.join(" ", command) + "\nexit " + exit + "\nstdout: " + out + "\nstderr: " + err;
    }
}
