package io.swarmnet.worker.container;

import io.swarmnet.linux.KernelException;
import io.swarmnet.linux.process.Pipe;
import io.swarmnet.linux.process.Poll;
import io.swarmnet.linux.process.Spawn;
import io.swarmnet.linux.process.SpawnedProcess;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.NameConflictException;
import io.swarmnet.model.error.SwarmnetException;
import io.swarmnet.model.session.NodeAnswer;
import io.swarmnet.worker.disk.Blocking;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A command in a running container, by {@code runc exec} with pipes of ours. Not by conmon: an exec without a terminal
 * ends with its client, so it needs nobody who outlives the daemon, and pipes give back-pressure where conmon's log file
 * gives none. One thread carries its bytes; it sleeps in poll(2).
 */
final class RunningExec implements Containers.Exec {
    private static final Logger LOG = LoggerFactory.getLogger(RunningExec.class);
    private static final int CHUNK_BYTES = 32 << 10;
    private static final int STDIN_BYTES_MAX = 1 << 20;
    private static final int READ_BYTES_MAX = 1 << 20;
    private static final long WAIT_MILLIS_MAX = 10_000;
    private static final int SIGKILL = 9;

    private record Input(byte[] bytes, Promise<Void> written) {}

    private final String id;
    private final Path pidFile;
    private final Path specFile;
    private final String containerId;
    private final ScheduledExecutorService timers;
    private final Pipe stdin;
    private final Pipe stdout = Pipe.ourRead();
    private final Pipe stderr = Pipe.ourRead();
    private final Pipe wake = Pipe.ourRead();
    private final ExecOutput output = new ExecOutput(this::wake);
    private final Promise<Containers.Exec> started = Promise.promise();
    private final Deque<Input> inputs = new ArrayDeque<>();
    private int inputBytes;
    private int inputOffset;
    private boolean woken;
    private boolean finished;
    private volatile SpawnedProcess process;
    private volatile int pid;
    private volatile long endedNanos;

    RunningExec(
            String id,
            String containerId,
            Path specFile,
            Path pidFile,
            boolean withStdin,
            ScheduledExecutorService timers) {
        this.id = id;
        this.containerId = containerId;
        this.specFile = specFile;
        this.pidFile = pidFile;
        this.timers = timers;
        this.stdin = withStdin ? Pipe.ourWrite() : null;
    }

    /** Starts it. The future completes when the command runs, or could not be run (then pid is 0). */
    Future<Containers.Exec> start(List<String> runcCommand) {
        Spawn spawn = Spawn.of(runcCommand)
                .environment(Runc.ENVIRONMENT)
                .descriptor(1, stdout.writeEnd())
                .descriptor(2, stderr.writeEnd())
                .newSession();
        if (stdin != null) {
            spawn.descriptor(0, stdin.readEnd());
        }
        try {
            process = spawn.start();
        } catch (RuntimeException e) {
            closePipes();
            throw e;
        }
        stdout.closeWrite();
        stderr.closeWrite();
        if (stdin != null) {
            stdin.closeRead();
        }
        Thread thread = new Thread(this::carry, "exec-" + id.substring(0, 12));
        thread.setDaemon(true);
        thread.start();
        return started.future();
    }

    /** To be called when the pid file may be there. */
    void lookForPid() {
        try {
            String text = Files.readString(pidFile).strip();
            if (text.matches("[0-9]{1,9}")) {
                pid = Integer.parseInt(text);
                started.tryComplete(this);
            }
        } catch (IOException e) {
            LOG.debug("No pid file yet exec={}", id);
        }
    }

    /** Ends an exec that does not come up. */
    void abandon() {
        if (!started.future().isComplete()) {
            process.signal(SIGKILL);
        }
    }

    private void carry() {
        byte[] chunk = new byte[CHUNK_BYTES];
        try {
            while (stdout.readEnd() >= 0 || stderr.readEnd() >= 0) {
                Poll poll = new Poll().readable(wake.readEnd());
                if (output.hasRoom()) {
                    poll.readable(stdout.readEnd()).readable(stderr.readEnd());
                }
                if (wantsToWrite()) {
                    poll.writable(stdin.writeEnd());
                }
                poll.await(-1);
                if (poll.ready(wake.readEnd())) {
                    sleepAgain(chunk);
                }
                pull(poll, stdout, 1, chunk);
                pull(poll, stderr, 2, chunk);
                if (stdin != null && poll.ready(stdin.writeEnd())) {
                    feed();
                }
            }
        } catch (RuntimeException e) {
            LOG.error("Exec broken exec={} container={}", id, containerId, e);
            process.signal(SIGKILL);
        } finally {
            finish();
        }
    }

    private void pull(Poll poll, Pipe pipe, int stream, byte[] chunk) {
        if (!poll.ready(pipe.readEnd())) {
            return;
        }
        int count = pipe.read(chunk);
        if (count == 0) {
            pipe.closeRead();
        } else if (count > 0) {
            output.append(stream, Arrays.copyOf(chunk, count), Instant.now());
        }
    }

    private synchronized boolean wantsToWrite() {
        return !inputs.isEmpty() && stdin != null && stdin.writeEnd() >= 0;
    }

    private synchronized void feed() {
        while (!inputs.isEmpty() && stdin.writeEnd() >= 0) {
            Input first = inputs.peekFirst();
            if (first.bytes().length == 0) {
                stdin.closeWrite();
                Promise<Void> written = inputs.removeFirst().written();
                later(written::tryComplete);
                refuseInputs();
                return;
            }
            int count;
            try {
                count = stdin.write(first.bytes(), inputOffset);
            } catch (KernelException e) {
                stdin.closeWrite(); // EPIPE: it reads no more
                refuseInputs();
                return;
            }
            if (count == Pipe.WOULD_BLOCK) {
                return;
            }
            inputOffset += count;
            inputBytes -= count;
            if (inputOffset == first.bytes().length) {
                inputOffset = 0;
                Promise<Void> written = inputs.removeFirst().written();
                later(written::tryComplete);
            }
        }
    }

    private void refuseInputs() {
        for (Input input : inputs) {
            later(() -> input.written().tryFail(new InvalidSpecException("exec " + id + " reads no more")));
        }
        inputs.clear();
        inputBytes = 0;
        inputOffset = 0;
    }

    /** Listeners run where no lock of ours is held. */
    private void later(Runnable completion) {
        try {
            timers.execute(completion);
        } catch (RejectedExecutionException e) {
            LOG.debug("Nobody is told any more, the store is closed exec={}", id);
        }
    }

    private void finish() {
        int exitCode = process.waitFor();
        lookForPid();
        if (started.future().isComplete()) {
            output.end(exitCode);
        } else {
            neverBegan(exitCode);
        }
        synchronized (this) {
            finished = true;
            refuseInputs();
            closePipes();
        }
        endedNanos = System.nanoTime();
        for (Path file : List.of(specFile, pidFile)) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                LOG.warn("Exec file kept path={} error={}", file, e.toString());
            }
        }
    }

    private void neverBegan(int exitCode) {
        String said = Runc.message(new String(output.takeAll(2), StandardCharsets.UTF_8));
        if (said.contains("stopped container") || said.contains("does not exist") || said.contains("not running")) {
            output.end(exitCode);
            started.tryFail(new NameConflictException("container " + containerId + " is not running"));
            return;
        }
        StartFailure failure = StartFailure.ofExec(said.isEmpty() ? "exec failed: runc ended with " + exitCode : said);
        output.append(1, (failure.getMessage() + "\r\n").getBytes(StandardCharsets.UTF_8), Instant.now());
        output.end(failure.exitCode());
        started.tryComplete(this);
    }

    private void closePipes() {
        stdout.close();
        stderr.close();
        wake.close();
        if (stdin != null) {
            stdin.close();
        }
    }

    private synchronized void wake() {
        if (!finished && !woken) {
            woken = true;
            wake.write(new byte[1], 0);
        }
    }

    private synchronized void sleepAgain(byte[] chunk) {
        woken = false;
        wake.read(chunk);
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public int pid() {
        return pid;
    }

    String containerId() {
        return containerId;
    }

    boolean ended() {
        return output.ended();
    }

    /** {@link System#nanoTime} of its end; meaningless before. */
    long endedNanos() {
        return endedNanos;
    }

    @Override
    public Future<NodeAnswer.Output> read(long cursor, long waitMillis, int maxBytes) {
        int bytes = Math.max(1, Math.min(READ_BYTES_MAX, maxBytes));
        Promise<NodeAnswer.Output> answer = Blocking.promise();
        synchronized (output) {
            NodeAnswer.Output now = output.read(cursor, bytes);
            if (!now.pieces().isEmpty() || now.ended() || waitMillis <= 0) {
                answer.complete(now);
                return answer.future();
            }
            ScheduledFuture<?> timer = timers.schedule(
                    () -> answer.tryComplete(now), Math.min(WAIT_MILLIS_MAX, waitMillis), TimeUnit.MILLISECONDS);
            output.onChange(() -> {
                timer.cancel(false);
                later(() -> answer.tryComplete(output.read(cursor, bytes)));
            });
        }
        return answer.future();
    }

    /** What waits to be read stays to be read, without a bound on the little that pipes still hold. */
    void containerEnded() {
        output.lift();
    }

    @Override
    public void discard() {
        output.discard();
    }

    @Override
    public Future<Void> write(byte[] bytes) {
        Promise<Void> written = Blocking.promise();
        synchronized (this) {
            if (stdin == null || finished || stdin.writeEnd() < 0) {
                written.fail(new InvalidSpecException("exec " + id + " has no stdin, or it is closed"));
            } else if (inputBytes + bytes.length > STDIN_BYTES_MAX) {
                written.fail(new SwarmnetException(
                        429, "exec " + id + " is slower than its input: more than 1 MiB waits to be read"));
            } else {
                inputs.addLast(new Input(bytes, written));
                inputBytes += bytes.length;
            }
        }
        wake();
        return written.future();
    }
}
