package io.swarmnet.worker.container;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.swarmnet.linux.process.Pipe;
import io.swarmnet.linux.process.Poll;
import io.swarmnet.linux.process.Spawn;
import io.swarmnet.linux.process.SpawnedProcess;
import io.swarmnet.model.id.ContainerId;
import io.swarmnet.worker.disk.JsonFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The process that stays with a container: it runs {@code runc create}, is the parent of the first process, writes its
 * output into the log and its exit code into a file, and outlives the daemon.
 */
final class Conmon {
    private static final String PROGRAM = "/usr/bin/conmon";
    private static final int SYNC_DESCRIPTOR = 3;
    private static final int FIRST_INHERITED = 4;
    private static final int LINE_BYTES_MAX = 64 << 10;
    private static final int TIMEOUT_MILLIS = 60_000;

    /** Of one container's log; at it conmon drops what it has and begins a new file. */
    static final long LOG_BYTES_MAX = 64L << 20;

    private final ContainerDirectories directories;

    Conmon(ContainerDirectories directories) {
        this.directories = directories;
    }

    /**
     * Equivalent to: _OCI_SYNCPIPE=3 conmon ... 3>&1. Blocks until runc has created the container; conmon goes on.
     *
     * @param inherited descriptors that conmon shall keep open for the container's life; ours stay ours
     * @return pid of the container's first process
     * @throws IOException with runc's sentence when the container could not be created
     */
    int create(ContainerId id, String name, List<Integer> inherited) throws IOException {
        try (Pipe sync = Pipe.ourRead()) {
            Spawn spawn = Spawn.of(command(id, name))
                    .environment(Runc.ENVIRONMENT)
                    .environment("_OCI_SYNCPIPE", Integer.toString(SYNC_DESCRIPTOR))
                    .directory(directories.bundle(id)) // where it leaves its "oom" file
                    .newSession()
                    .descriptor(SYNC_DESCRIPTOR, sync.writeEnd());
            for (int i = 0; i < inherited.size(); i++) {
                spawn.descriptor(FIRST_INHERITED + i, inherited.get(i));
            }
            SpawnedProcess first = spawn.start();
            sync.closeWrite();
            String line = line(sync);
            int exitCode = first.waitFor(); // it has forked the one that stays
            return pid(line, exitCode);
        }
    }

    private List<String> command(ContainerId id, String name) {
        Path bundle = directories.bundle(id);
        return List.of(
                PROGRAM,
                "--api-version",
                "1",
                "-c",
                id.value(),
                "-u",
                ContainerDirectories.socketName(id),
                "-n",
                name,
                "-r",
                Runc.PROGRAM,
                "--runtime-arg",
                "--root",
                "--runtime-arg",
                directories.runcRoot().toString(),
                "-b",
                bundle.toString(),
                "-p",
                bundle.resolve("pid").toString(),
                "-P",
                bundle.resolve("conmon.pid").toString(),
                "-l",
                "k8s-file:" + directories.log(id),
                "--log-size-max",
                Long.toString(LOG_BYTES_MAX),
                "--exit-dir",
                directories.exits().toString(),
                "--persist-dir",
                bundle.resolve("persist").toString(),
                "--socket-dir-path",
                directories.sockets().toString(),
                "--log-level",
                "error");
    }

    /** One line: conmon keeps its end open, so there is no end to be read to. */
    private static String line(Pipe sync) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        byte[] buffer = new byte[4096];
        long deadline = System.nanoTime() + TIMEOUT_MILLIS * 1_000_000L;
        while (line.size() < LINE_BYTES_MAX) {
            long left = (deadline - System.nanoTime()) / 1_000_000L;
            if (left <= 0) {
                throw new IOException("conmon: no answer within " + TIMEOUT_MILLIS + " ms");
            }
            new Poll().readable(sync.readEnd()).await((int) left);
            int count = sync.read(buffer);
            if (count == 0) {
                return line.toString(java.nio.charset.StandardCharsets.UTF_8);
            }
            for (int i = 0; i < count; i++) {
                if (buffer[i] == '\n') {
                    return line.toString(java.nio.charset.StandardCharsets.UTF_8);
                }
                line.write(buffer[i]);
            }
        }
        throw new IOException("conmon: an answer of more than " + LINE_BYTES_MAX + " bytes");
    }

    private static int pid(String line, int exitCode) throws IOException {
        if (line.isBlank()) {
            throw new IOException("conmon ended with " + exitCode + " and said nothing");
        }
        try {
            JsonNode answer = JsonFile.JSON.readTree(line);
            int pid = answer.path("data").asInt(-1);
            if (pid > 0) {
                return pid;
            }
            String message = Runc.message(answer.path("message").asText(""));
            throw new IOException(message.isEmpty() ? "conmon: could not create the container: " + line : message);
        } catch (JsonProcessingException e) {
            throw new IOException("conmon: unreadable answer: " + line, e);
        }
    }
}
