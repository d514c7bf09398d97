package io.swarmnet.worker.container;

import io.swarmnet.linux.process.Pipe;
import io.swarmnet.linux.process.Poll;
import io.swarmnet.linux.process.Spawn;
import io.swarmnet.linux.process.SpawnedProcess;
import io.swarmnet.model.id.ContainerId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The OCI runtime, verb by verb. Blocks for as long as runc takes, 30 s at most; runs it without any shell. */
final class Runc {
    static final String PROGRAM = "/usr/sbin/runc";
    static final Map<String, String> ENVIRONMENT = Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");

    private static final int TIMEOUT_MILLIS = 30_000;
    private static final int OUTPUT_BYTES_MAX = 64 << 10;
    private static final int SIGKILL = 9;
    private static final Pattern LOG_LINE =
            Pattern.compile("^time=\"[^\"]*\" level=\\w+ msg=\"((?:[^\"\\\\]|\\\\.)*)\".*$");

    /** What runc answered: its exit code and its standard output or error. */
    record Answer(int exitCode, String text) {}

    private final Path root;

    Runc(Path root) {
        this.root = root;
    }

    /** Equivalent to: runc --root $root start $id */
    void start(ContainerId id) throws IOException {
        require("start", run("start", id.value()));
    }

    /** Equivalent to: runc --root $root kill $id $signal. False if there is nothing left to be signalled. */
    boolean kill(ContainerId id, String signal) throws IOException {
        Answer answer = run("kill", id.value(), signal);
        if (answer.exitCode() == 0) {
            return true;
        }
        if (answer.text().contains("not running")
                || answer.text().contains("already finished")
                || answer.text().contains("does not exist")
                || answer.text().contains("no such process")) {
            return false;
        }
        throw new IOException(answer.text());
    }

    /** Equivalent to: runc --root $root delete --force $id. Kills what still runs; does nothing when it is gone. */
    void delete(ContainerId id) throws IOException {
        if (Files.exists(root.resolve(id.value()))) {
            require("delete", run("delete", "--force", id.value()));
        }
    }

    /** True if runc knows it, running or not. */
    boolean knows(ContainerId id) {
        return Files.exists(root.resolve(id.value()).resolve("state.json"));
    }

    /** All that runc has kept under this root. */
    List<ContainerId> list() throws IOException {
        List<ContainerId> ids = new ArrayList<>();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(root)) {
            children.forEach(
                    child -> ids.add(new ContainerId(child.getFileName().toString())));
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return ids;
    }

    /** The program and arguments of: runc --root $root exec --process $spec --pid-file $pidFile $id */
    List<String> execCommand(ContainerId id, Path spec, Path pidFile) {
        return List.of(
                PROGRAM,
                "--root",
                root.toString(),
                "exec",
                "--process",
                spec.toString(),
                "--pid-file",
                pidFile.toString(),
                id.value());
    }

    private Answer run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(PROGRAM, "--root", root.toString()));
        command.addAll(List.of(arguments));
        try (Pipe output = Pipe.ourRead()) {
            SpawnedProcess process = Spawn.of(command)
                    .environment(ENVIRONMENT)
                    .descriptor(1, output.writeEnd())
                    .descriptor(2, output.writeEnd())
                    .start();
            output.closeWrite();
            String text = collect(output, process, String.join(" ", arguments));
            return new Answer(process.waitFor(), message(text));
        }
    }

    private static String collect(Pipe output, SpawnedProcess process, String what) throws IOException {
        ByteArrayOutputStream collected = new ByteArrayOutputStream();
        byte[] buffer = new byte[4096];
        long deadline = System.nanoTime() + TIMEOUT_MILLIS * 1_000_000L;
        while (true) {
            long left = (deadline - System.nanoTime()) / 1_000_000L;
            if (left <= 0) {
                process.signal(SIGKILL);
                process.waitFor();
                throw new IOException("runc " + what + ": no answer within " + TIMEOUT_MILLIS + " ms");
            }
            new Poll().readable(output.readEnd()).await((int) left);
            int count = output.read(buffer);
            if (count == 0) {
                return collected.toString(StandardCharsets.UTF_8);
            }
            if (count > 0 && collected.size() < OUTPUT_BYTES_MAX) {
                collected.write(buffer, 0, count);
            }
        }
    }

    private static void require(String verb, Answer answer) throws IOException {
        if (answer.exitCode() != 0) {
            throw new IOException(answer.text().isEmpty() ? "runc " + verb + ": " + answer.exitCode() : answer.text());
        }
    }

    /** The sentence in what runc prints: its log lines of {@code time= level= msg=} unwrapped, the last one told. */
    static String message(String text) {
        String last = "";
        for (String line : text.split("\n")) {
            if (!line.isBlank()) {
                Matcher matcher = LOG_LINE.matcher(line.strip());
                last = matcher.matches() ? matcher.group(1).replaceAll("\\\\(.)", "$1") : line.strip();
            }
        }
        return last;
    }
}
