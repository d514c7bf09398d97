package io.swarmnet.engine.api;

import io.swarmnet.model.error.NotFoundException;
import io.swarmnet.model.session.NodeAnswer;
import io.swarmnet.worker.container.Container;
import io.swarmnet.worker.container.Containers;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Containers that a test fills; an exec of {@code cat} gives its input back, {@code echo} its arguments. */
final class FakeContainers implements Containers {
    final List<Container> all = new CopyOnWriteArrayList<>();
    final Map<String, List<NodeAnswer.Piece>> logs = new ConcurrentHashMap<>();
    private final List<Consumer<Container>> watchers = new CopyOnWriteArrayList<>();
    private final Map<String, FakeExec> execs = new ConcurrentHashMap<>();

    void put(Container container) {
        all.removeIf(other -> other.id().equals(container.id()));
        all.add(container);
        watchers.forEach(watcher -> watcher.accept(container));
    }

    static NodeAnswer.Piece line(int stream, String text) {
        byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
        return new NodeAnswer.Piece(stream, Instant.parse("2026-11-21T17:00:00.5Z"), bytes, false);
    }

    @Override
    public List<Container> list() {
        return List.copyOf(all);
    }

    @Override
    public Container find(String reference) {
        return all.stream()
                .filter(container -> container.id().value().startsWith(reference)
                        || container.name().equals(reference.replaceFirst("^/", "")))
                .findFirst()
                .orElseThrow(() -> new NotFoundException("No such container: " + reference));
    }

    @Override
    public Future<NodeAnswer.Output> readLogs(String reference, long cursor, int tail, long waitMillis, int maxBytes) {
        List<NodeAnswer.Piece> lines = logs.getOrDefault(find(reference).id().value(), List.of());
        int from = cursor > 0 ? (int) cursor : tail < 0 ? 0 : Math.max(0, lines.size() - tail);
        List<NodeAnswer.Piece> next = lines.subList(Math.min(from, lines.size()), lines.size());
        boolean ended = find(reference).state() != Container.State.RUNNING;
        return Future.succeededFuture(new NodeAnswer.Output(lines.size(), List.copyOf(next), ended, -1));
    }

    @Override
    public Future<Exec> exec(String reference, ExecSpec spec) {
        FakeExec exec = new FakeExec(spec);
        execs.put(exec.id(), exec);
        return Future.succeededFuture(exec);
    }

    @Override
    public Exec findExec(String id) {
        return execs.get(id);
    }

    @Override
    public AutoCloseable watch(Consumer<Container> listener) {
        watchers.add(listener);
        return () -> watchers.remove(listener);
    }

    /** {@code echo WORDS} or {@code cat}; another command ends with 127. */
    static final class FakeExec implements Exec {
        private final ExecSpec spec;
        private final List<NodeAnswer.Piece> output = new ArrayList<>();
        private final Promise<Void> inputClosed = Promise.promise();

        FakeExec(ExecSpec spec) {
            this.spec = spec;
            if (spec.command().get(0).equals("echo")) {
                output.add(line(
                        1,
                        String.join(
                                " ", spec.command().subList(1, spec.command().size()))));
                output.add(line(2, "to stderr"));
            }
            if (!spec.stdin()) {
                inputClosed.complete();
            }
        }

        @Override
        public String id() {
            return "e".repeat(64);
        }

        @Override
        public int pid() {
            return 4711;
        }

        @Override
        public synchronized Future<NodeAnswer.Output> read(long cursor, long waitMillis, int maxBytes) {
            if (cursor < output.size()) {
                List<NodeAnswer.Piece> next = List.copyOf(output.subList((int) cursor, output.size()));
                return Future.succeededFuture(new NodeAnswer.Output(output.size(), next, false, -1));
            }
            return inputClosed.future().map(closed -> rest(cursor));
        }

        private synchronized NodeAnswer.Output rest(long cursor) {
            boolean known = List.of("echo", "cat").contains(spec.command().get(0));
            List<NodeAnswer.Piece> next = List.copyOf(output.subList((int) cursor, output.size()));
            return new NodeAnswer.Output(output.size(), next, next.isEmpty(), next.isEmpty() ? known ? 0 : 127 : -1);
        }

        @Override
        public void discard() {}

        @Override
        public synchronized Future<Void> write(byte[] bytes) {
            if (bytes.length == 0) {
                inputClosed.tryComplete();
            } else {
                output.add(new NodeAnswer.Piece(1, Instant.now(), bytes, false));
            }
            return Future.succeededFuture();
        }
    }
}
