package io.swarmnet.engine.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swarmnet.engine.json.DockerJson;
import io.swarmnet.engine.json.Fields;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.NameConflictException;
import io.swarmnet.model.error.NotSupportedException;
import io.swarmnet.model.session.NodeAnswer;
import io.swarmnet.model.session.NodeRequest;
import io.swarmnet.worker.container.Container;
import io.swarmnet.worker.container.Containers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Exec without a terminal, in a container of this node or, on a manager, of a task on another. */
final class ExecRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(ExecRoutes.class);
    private static final int MAX_WAITING_INPUT = 1 << 20;

    private final EngineNode node;
    private final ContainerFinder finder;
    private final Execs execs = new Execs();

    ExecRoutes(Vertx vertx, EngineNode node) {
        this.node = node;
        this.finder = new ContainerFinder(node);
    }

    void register(Routes routes) {
        routes.post("/containers/{name}/exec", this::create);
        routes.post("/exec/{id}/start", this::start);
        routes.get("/exec/{id}/json", this::inspect);
    }

    private void create(Call call) {
        Fields body = call.body();
        ContainerFinder.Place place = finder.find(call.path("name"));
        if (place.isLocal() && place.local().state() != Container.State.RUNNING) {
            throw new NameConflictException("container " + place.id() + " is not running");
        }
        if (body.textsOrOne("Cmd").isEmpty()) {
            throw new InvalidSpecException("No exec command specified");
        }
        if (body.flag("Tty", false)) {
            throw new NotSupportedException("exec with a terminal (Tty) is not there yet: run it without -t");
        }
        if (body.flag("Privileged", false)) {
            throw new NotSupportedException("privileged exec (Privileged) is not there yet");
        }
        boolean stdin = body.flag("AttachStdin", false);
        if (stdin && !place.isLocal()) {
            throw new NotSupportedException(
                    "input to an exec on another node is not there yet: run it without -i, or on node "
                            + place.remote());
        }
        Containers.ExecSpec spec = new Containers.ExecSpec(
                body.textsOrOne("Cmd"),
                body.texts("Env"),
                body.textOrNull("WorkingDir"),
                body.textOrNull("User"),
                stdin);
        Execs.Exec exec = execs.create(place, spec, body.flag("AttachStdout", false), body.flag("AttachStderr", false));
        call.json(201, DockerJson.object().put("Id", exec.id));
    }

    private void start(Call call) {
        Execs.Exec exec = execs.find(call.path("id"));
        Fields body = call.body();
        if (exec.started.get()) {
            throw new NameConflictException("Exec " + exec.id + " is already started");
        }
        if (body.flag("Tty", false)) {
            throw new NotSupportedException("exec with a terminal (Tty) is not there yet: run it without -t");
        }
        boolean detach = body.flag("Detach", false);
        // Two clients may ask on two event loops, and the command runs once.
        if (!exec.started.compareAndSet(false, true)) {
            throw new NameConflictException("Exec " + exec.id + " is already started");
        }
        call.when(run(exec), running -> {
            exec.running = true;
            exec.pid = running.pid();
            if (detach) {
                call.empty(200);
                stream(exec, running, new ExecSink(null), () -> {});
            } else {
                attach(call, exec, running);
            }
        });
    }

    /** What runs, here or elsewhere. */
    private interface Running {
        int pid();

        Future<NodeAnswer.Output> read(long cursor);

        Future<Void> write(byte[] bytes);
    }

    private Future<Running> run(Execs.Exec exec) {
        return exec.place.isLocal() ? runHere(exec) : runElsewhere(exec);
    }

    private Future<Running> runHere(Execs.Exec exec) {
        return node.worker()
                .containers()
                .exec(exec.place.id().value(), exec.spec)
                .map(local -> new Running() {
                    @Override
                    public int pid() {
                        return local.pid();
                    }

                    @Override
                    public Future<NodeAnswer.Output> read(long cursor) {
                        return local.read(cursor, OutputStreamer.WAIT_MILLIS, OutputStreamer.MAX_BYTES);
                    }

                    @Override
                    public Future<Void> write(byte[] bytes) {
                        return local.write(bytes);
                    }
                });
    }

    private Future<Running> runElsewhere(Execs.Exec exec) {
        Containers.ExecSpec spec = exec.spec;
        NodeRequest.StartExec request =
                new NodeRequest.StartExec(exec.place.id(), spec.command(), spec.env(), spec.workingDir(), spec.user());
        return finder.ask(exec.place, request)
                .compose(answer -> ContainerFinder.expect(NodeAnswer.ExecStarted.class, answer))
                .map(remote -> new Running() {
                    @Override
                    public int pid() {
                        return remote.pid();
                    }

                    @Override
                    public Future<NodeAnswer.Output> read(long cursor) {
                        return finder.ask(
                                        exec.place,
                                        new NodeRequest.ReadExec(
                                                remote.exec(),
                                                cursor,
                                                OutputStreamer.WAIT_MILLIS,
                                                OutputStreamer.MAX_BYTES))
                                .compose(answer -> ContainerFinder.expect(NodeAnswer.Output.class, answer));
                    }

                    @Override
                    public Future<Void> write(byte[] bytes) {
                        return Future.succeededFuture();
                    }
                });
    }

    private void attach(Call call, Execs.Exec exec, Running running) {
        Input input = new Input(exec, running);
        call.when(Hijack.open(call, Frame.contentType(false, call.minor()), input::accept), hijack -> {
            input.hijack = hijack;
            stream(exec, running, new ExecSink(hijack), hijack::end);
        });
    }

    private void stream(Execs.Exec exec, Running running, OutputStreamer.Sink sink, Runnable end) {
        OutputStreamer.run(
                        running::read,
                        sink,
                        piece -> piece.stream() == 2 ? frame(piece, exec.stderr) : frame(piece, exec.stdout),
                        true)
                .onComplete(result -> {
                    exec.running = false;
                    if (result.succeeded() && result.result().ended()) {
                        exec.exitCode = result.result().exitCode();
                    } else if (result.failed()) {
                        LOG.warn(
                                "Exec lost exec={} because={}",
                                exec.id,
                                result.cause().getMessage());
                        sink.write(Frame.error(String.valueOf(result.cause().getMessage())));
                    }
                    end.run();
                });
    }

    private static Buffer frame(NodeAnswer.Piece piece, boolean wanted) {
        return wanted ? Frame.of(piece.stream(), Buffer.buffer(piece.bytes())) : Buffer.buffer();
    }

    private void inspect(Call call) {
        Execs.Exec exec = execs.find(call.path("id"));
        ObjectNode json = DockerJson.object().put("ID", exec.id).put("Running", exec.running);
        if (exec.exitCode == null) {
            json.putNull("ExitCode");
        } else {
            json.put("ExitCode", exec.exitCode);
        }
        ObjectNode process = json.putObject("ProcessConfig").put("tty", false);
        process.put("entrypoint", exec.spec.command().get(0));
        process.set(
                "arguments",
                DockerJson.texts(
                        exec.spec.command().subList(1, exec.spec.command().size())));
        process.put("privileged", false);
        json.put("OpenStdin", exec.spec.stdin()).put("OpenStderr", exec.stderr).put("OpenStdout", exec.stdout);
        json.put("CanRemove", false).put("ContainerID", exec.place.id().value()).put("DetachKeys", "");
        call.json(200, json.put("Pid", exec.pid));
    }

    /** What the client types, handed on in order; the client is paused while too much waits. */
    private static final class Input {
        private final Execs.Exec exec;
        private final Running running;
        private final Deque<Buffer> waiting = new ArrayDeque<>();
        private int waitingBytes;
        private boolean writing;
        private Hijack hijack;

        Input(Execs.Exec exec, Running running) {
            this.exec = exec;
            this.running = running;
        }

        void accept(Buffer bytes) {
            if (!exec.spec.stdin()) {
                return;
            }
            waiting.add(bytes);
            waitingBytes += bytes.length();
            if (waitingBytes > MAX_WAITING_INPUT && hijack != null) {
                hijack.pauseInput();
            }
            write();
        }

        private void write() {
            if (writing || waiting.isEmpty()) {
                return;
            }
            writing = true;
            Buffer next = waiting.poll();
            waitingBytes -= next.length();
            Here.of(running.write(next.getBytes())).onComplete(done -> {
                writing = false;
                if (waitingBytes <= MAX_WAITING_INPUT / 2 && hijack != null) {
                    hijack.resumeInput();
                }
                write();
            });
        }
    }

    /**
     * Where an exec's output goes. It is read to its end also when the client has gone or never listened: the exit code is
     * wanted, and a command nobody reads from would stop.
     *
     * @param client null of a detached exec
     */
    private record ExecSink(Hijack client) implements OutputStreamer.Sink {
        @Override
        public Future<Void> write(Buffer bytes) {
            return client == null || client.isClosed()
                    ? Future.succeededFuture()
                    : client.write(bytes).otherwiseEmpty();
        }

        @Override
        public boolean isClosed() {
            return false;
        }
    }
}
