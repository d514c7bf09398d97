package io.swarmnet.worker.container;

import io.swarmnet.linux.process.ProcessEnds;
import io.swarmnet.linux.process.SpawnedProcess;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.NameConflictException;
import io.swarmnet.model.error.NotFoundException;
import io.swarmnet.model.error.UnavailableException;
import io.swarmnet.model.id.ContainerId;
import io.swarmnet.model.session.NodeAnswer;
import io.swarmnet.worker.disk.Blocking;
import io.swarmnet.worker.disk.DirectoryWatch;
import io.swarmnet.worker.image.ImageStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The containers of one daemon. What blocks runs on the executor it is given, a runc verb (10 to 60 ms) at a time and never
 * a wait: a stop's grace, a log's next line and an exec's output are awaited by timers and inotify.
 *
 * <p>A container's record is written and synced before its change is told. After a crash {@link #open} finds all again:
 * those that run go on running, those that ended meanwhile have ended with their code, half-made ones are gone.
 */
public final class ContainerStore implements Containers, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerStore.class);

    /** From SIGKILL to the admission that it did not help: a process in an uninterruptible sleep. */
    private static final long KILL_MILLIS = 10_000;

    private static final long RETRY_MILLIS = 1_000;
    private static final int EXIT_UNKNOWN = 255;
    private static final int PREFIX_LENGTH_MIN = 1;
    private static final int SIGKILL = 9;

    /** One container; its lock is held by whoever changes it, on the executor. */
    private static final class Entry {
        private final ReentrantLock lock = new ReentrantLock();
        private final List<Promise<Container>> waiting = new ArrayList<>();
        private volatile ContainerRecord record;
        private int conmonWatched;

        Entry(ContainerRecord record) {
            this.record = record;
        }

        Container container() {
            return record.container();
        }

        boolean running() {
            return container().state() == Container.State.RUNNING;
        }
    }

    private final ContainerDirectories directories;
    private final ContainerRuntime runtime;
    private final ImageStore images;
    private final Executor executor;
    private final Map<ContainerId, Entry> entries = new ConcurrentHashMap<>();
    private final List<Consumer<Container>> listeners = new CopyOnWriteArrayList<>();
    private final ScheduledThreadPoolExecutor timers;
    private final DirectoryWatch watch;
    private final ContainerLogs logs;
    private final ContainerExecs execs;
    private final ProcessEnds processEnds = new ProcessEnds("container-ends");

    private ContainerStore(ContainerDirectories directories, ImageStore images, Executor executor) throws IOException {
        this.directories = directories;
        this.images = images;
        this.executor = executor;
        this.runtime = new ContainerRuntime(directories, images);
        this.timers = new ScheduledThreadPoolExecutor(1, body -> {
            Thread thread = new Thread(body, "container-timers");
            thread.setDaemon(true);
            return thread;
        });
        timers.setRemoveOnCancelPolicy(true);
        this.watch = new DirectoryWatch("container-files");
        this.logs = new ContainerLogs(executor, timers, watch, this::watch);
        this.execs = new ContainerExecs(runtime, executor, timers);
    }

    /**
     * Opens the store and finds what an earlier life left. Blocks.
     *
     * @param cgroupParent this daemon's own, {@code /swarmnet-<instance id>}: what is in it and has no record is removed
     * @param executor runs what blocks; more than one thread is welcome
     */
    public static ContainerStore open(
            ContainerDirectories directories, ImageStore images, String cgroupParent, Executor executor)
            throws IOException {
        if (!cgroupParent.matches("/[A-Za-z0-9_.-]+")) {
            throw new IllegalArgumentException("A cgroup parent is one name after a slash, not " + cgroupParent);
        }
        ContainerStore store = new ContainerStore(directories, images, executor);
        try {
            store.adopt(cgroupParent);
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
        return store;
    }

    private void adopt(String cgroupParent) throws IOException {
        runtime.prepare();
        // Watch first, look afterwards: nothing ends unseen between the two.
        watch.watch(directories.exits(), this::exitFileChanged);
        watch.watch(directories.execs(), execs::fileChanged);
        for (ContainerRecord record : runtime.load()) {
            adopt(record);
        }
        Set<ContainerId> known = entries.keySet();
        runtime.sweep(known);
        runtime.sweepCgroups(cgroupParent, known);
        images.usedBy(this::userOf);
    }

    private void adopt(ContainerRecord record) throws IOException {
        Container container = record.container();
        Entry entry = new Entry(record);
        switch (container.state()) {
            case REMOVING, DEAD -> {
                try {
                    runtime.remove(record);
                    return;
                } catch (IOException | RuntimeException e) {
                    LOG.warn("Removal not finished container={} error={}", container.id(), e.getMessage());
                }
            }
            case RUNNING -> reconcile(entry);
            case CREATED, EXITED -> runtime.cleanUp(record); // a start that was cut short
        }
        entries.put(container.id(), entry);
        LOG.info(
                "Container found container={} name={} state={} pid={}",
                container.id(),
                container.name(),
                entry.container().state(),
                entry.container().pid());
    }

    private Optional<String> userOf(String imageId) {
        return entries.values().stream()
                .map(Entry::container)
                .filter(container -> container.imageId().equals(imageId))
                .map(container -> ContainerRuntime.shortId(container.id()))
                .findFirst();
    }

    /** Makes a container; it does not run yet. The same id again answers the one that is there. */
    public Future<Container> create(ContainerRequest request) {
        return Blocking.call(executor, () -> createNow(request));
    }

    private synchronized Container createNow(ContainerRequest request) throws IOException {
        Entry same = entries.get(request.id());
        if (same != null) {
            return same.container();
        }
        for (Entry other : entries.values()) {
            if (other.container().name().equals(request.name())) {
                throw new NameConflictException("Conflict. The container name \"/" + request.name()
                        + "\" is already in use by container \""
                        + other.container().id()
                        + "\". You have to remove (or rename) that container to be able to reuse that name.");
            }
        }
        Entry entry = new Entry(runtime.create(request, Instant.now()));
        entries.put(request.id(), entry);
        tell(entry);
        return entry.container();
    }

    /**
     * Starts a container that was made, or that ended. One that runs is left alone.
     *
     * @param inherited descriptors that stay open as long as the container runs (conmon keeps them), such as its
     *     sandbox's DNS sockets; ours stay ours
     * @return fails with {@link StartFailure}; the container then stays created and tells exit code and error
     */
    public Future<Container> start(ContainerId id, List<Integer> inherited) {
        return Blocking.call(executor, () -> startNow(entry(id), inherited));
    }

    private Container startNow(Entry entry, List<Integer> inherited) throws IOException {
        entry.lock.lock();
        try {
            requirePresent(entry);
            if (entry.running()) {
                return entry.container();
            }
            try {
                change(entry, runtime.start(entry.record, inherited));
            } catch (IOException | RuntimeException e) {
                int exitCode = e instanceof StartFailure failure ? failure.exitCode() : 128;
                change(entry, entry.record.notStarted(exitCode, Objects.toString(e.getMessage(), e.toString())));
                throw e;
            }
            reconcile(entry); // it may have ended before anybody looked
            return entry.container();
        } finally {
            entry.lock.unlock();
        }
    }

    /** Completes when the container has ended; at once when it does not run. */
    public Future<Container> ended(ContainerId id) {
        Entry entry = entries.get(id);
        if (entry == null) {
            return Future.failedFuture(noSuchContainer(id.value()));
        }
        Promise<Container> promise = Blocking.promise();
        boolean running;
        synchronized (entry.waiting) {
            running = entry.running();
            if (running) {
                entry.waiting.add(promise);
            }
        }
        if (!running) {
            promise.complete(entry.container());
        }
        return promise.future();
    }

    /**
     * Sends the stop signal, and SIGKILL after the grace; completes when the container has ended.
     *
     * @param signal name or number; null = the container's own, its image's, or SIGTERM
     * @param graceMillis 0 = SIGKILL at once
     */
    public Future<Container> stop(ContainerId id, String signal, long graceMillis) {
        return attempt(() -> stop(entry(id), signal, graceMillis));
    }

    private Future<Container> stop(Entry entry, String signal, long graceMillis) {
        ContainerId id = entry.container().id();
        String first = graceMillis <= 0 ? "SIGKILL" : signalName(entry, signal);
        Future<Container> ended = ended(id);
        if (ended.isComplete() && !entry.running()) {
            return ended;
        }
        Promise<Container> answer = Blocking.promise();
        ScheduledFuture<?> kill = after(Math.max(0, graceMillis), () -> signal(entry, "SIGKILL"));
        ScheduledFuture<?> giveUp = after(Math.max(0, graceMillis) + KILL_MILLIS, () -> {
            answer.tryFail(new UnavailableException("container " + id + " did not end within " + KILL_MILLIS / 1000
                    + " s of SIGKILL; the kernel keeps it"));
            return null;
        });
        ended.onComplete(result -> {
            kill.cancel(false);
            giveUp.cancel(false);
            if (result.succeeded()) {
                answer.tryComplete(result.result());
            } else {
                answer.tryFail(result.cause());
            }
        });
        if (graceMillis > 0) {
            Blocking.call(executor, () -> signal(entry, first)).onFailure(answer::tryFail);
        }
        return answer.future();
    }

    private String signalName(Entry entry, String given) {
        Container container = entry.container();
        String name = given != null && !given.isEmpty()
                ? given
                : ProcessArgs.stopSignal(images.find(container.imageId()), container.spec());
        if (!name.matches("[A-Za-z0-9+-]{1,16}") || name.startsWith("-")) {
            throw new InvalidSpecException("invalid signal: " + name);
        }
        return name;
    }

    /** Sends a signal to the container's first process; {@code container X is not running} (409) if there is none. */
    public Future<Void> kill(ContainerId id, String signal) {
        return Blocking.call(executor, () -> {
            Entry entry = entry(id);
            requireRunning(entry.container());
            signal(entry, signalName(entry, signal == null || signal.isEmpty() ? "SIGKILL" : signal));
            return null;
        });
    }

    private Void signal(Entry entry, String signal) throws IOException {
        if (entry.running() && !runtime.signal(entry.container().id(), signal)) {
            entry.lock.lock();
            try {
                reconcile(entry);
            } finally {
                entry.lock.unlock();
            }
        }
        return null;
    }

    /** Removes the container, killing it if it runs, with its files, log, mounts and cgroups. Told as DEAD at the end. */
    public Future<Void> remove(ContainerId id) {
        if (!entries.containsKey(id)) {
            return Future.succeededFuture();
        }
        return stop(id, "SIGKILL", 0).compose(ended -> Blocking.call(executor, () -> removeNow(id)));
    }

    private Void removeNow(ContainerId id) throws IOException {
        Entry entry = entries.get(id);
        if (entry == null) {
            return null;
        }
        entry.lock.lock();
        try {
            if (entries.get(id) != entry) {
                return null;
            }
            change(entry, entry.record.in(Container.State.REMOVING));
            runtime.remove(entry.record);
            entries.remove(id);
            entry.record = entry.record.in(Container.State.DEAD);
        } finally {
            entry.lock.unlock();
        }
        if (entries.isEmpty()) {
            runtime.removeCgroupParent(entry.record.cgroupParent());
        }
        tell(entry);
        return null;
    }

    private void exitFileChanged(Path file) {
        if (file.equals(directories.exits())) {
            entries.values().forEach(this::lookAgain); // the kernel's queue overflowed
            return;
        }
        String name = file.getFileName().toString();
        if (!name.startsWith(".")) {
            Optional.ofNullable(entries.get(new ContainerId(name))).ifPresent(this::lookAgain);
        }
    }

    private void lookAgain(Entry entry) {
        Blocking.call(executor, () -> {
                    entry.lock.lock();
                    try {
                        reconcile(entry);
                    } finally {
                        entry.lock.unlock();
                    }
                    return null;
                })
                .onFailure(e -> {
                    LOG.error(
                            "Container's end not seen to retryMillis={} container={}",
                            RETRY_MILLIS,
                            entry.container().id(),
                            e);
                    // Its exit is told once, and the disk may be full for a while.
                    later(() -> lookAgain(entry), RETRY_MILLIS);
                });
    }

    /** Brings a record that says RUNNING to what is true. With the lock held. */
    private void reconcile(Entry entry) throws IOException {
        ContainerRecord record = entry.record;
        if (!entry.running()) {
            return;
        }
        ContainerId id = record.container().id();
        int pid = record.container().pid();
        int conmon = runtime.conmonPid(id);
        Optional<ContainerRuntime.Exit> exit = runtime.exit(id); // after conmon was looked for: it writes, then goes
        if (exit.isPresent()) {
            end(
                    entry,
                    record.exited(
                            exit.get().code(),
                            "",
                            exit.get().oomKilled(),
                            exit.get().when()));
        } else if (conmon < 0) {
            if (ProcessIdentity.alive(pid, record.pidStartTicks(), record.bootId())) {
                // Its output goes nowhere and its end would never be seen: better a task that failed, and is replaced.
                LOG.warn("Container killed, its conmon is gone container={} pid={}", id, pid);
                new SpawnedProcess(pid).signal(SIGKILL);
            }
            String error = "its conmon ended before it did; the exit code is not known";
            end(entry, record.exited(EXIT_UNKNOWN, error, false, Instant.now()));
        } else if (entry.conmonWatched != conmon) {
            entry.conmonWatched = conmon;
            if (!processEnds.watch(conmon, () -> lookAgain(entry))) {
                lookAgain(entry);
            }
        }
    }

    private void end(Entry entry, ContainerRecord ended) throws IOException {
        ContainerId id = ended.container().id();
        runtime.save(ended); // before the exit file goes
        try {
            runtime.cleanUp(ended);
        } catch (IOException | RuntimeException e) {
            LOG.warn("Not all of an ended container is taken down container={} error={}", id, e.getMessage());
        }
        execs.containerEnded(id.value());
        change(entry, ended);
    }

    private void change(Entry entry, ContainerRecord changed) throws IOException {
        runtime.save(changed);
        List<Promise<Container>> done = List.of();
        synchronized (entry.waiting) {
            entry.record = changed;
            if (!entry.running()) {
                done = List.copyOf(entry.waiting);
                entry.waiting.clear();
            }
        }
        Container container = changed.container();
        LOG.info(
                "Container changed container={} name={} state={} pid={} exitCode={}",
                container.id(),
                container.name(),
                container.state(),
                container.pid(),
                container.exitCode());
        tell(entry);
        done.forEach(promise -> later(() -> promise.tryComplete(container)));
    }

    private void later(Runnable completion) {
        try {
            timers.execute(completion);
        } catch (RejectedExecutionException e) {
            LOG.debug("Nobody is told any more, the store is closed");
        }
    }

    private void later(Runnable step, long millis) {
        try {
            timers.schedule(step, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("Not tried again, the store is closed");
        }
    }

    private ScheduledFuture<?> after(long millis, java.util.concurrent.Callable<Void> body) {
        return timers.schedule(
                () -> Blocking.call(executor, body).onFailure(e -> LOG.warn("Delayed step failed", e)),
                millis,
                TimeUnit.MILLISECONDS);
    }

    private void tell(Entry entry) {
        Container container = entry.container();
        for (Consumer<Container> listener : listeners) {
            try {
                listener.accept(container);
            } catch (RuntimeException e) {
                LOG.warn("Listener failed container={}", container.id(), e);
            }
        }
    }

    @Override
    public List<Container> list() {
        return entries.values().stream()
                .map(Entry::container)
                .sorted(Comparator.comparing(Container::createdAt).reversed())
                .toList();
    }

    @Override
    public Container find(String reference) {
        return findEntry(reference).container();
    }

    private Entry findEntry(String reference) {
        String name = reference.startsWith("/") ? reference.substring(1) : reference;
        List<Entry> prefixed = new ArrayList<>();
        for (Entry entry : entries.values()) {
            if (entry.container().id().value().equals(reference)
                    || entry.container().name().equals(name)) {
                return entry;
            }
            if (reference.length() >= PREFIX_LENGTH_MIN
                    && entry.container().id().value().startsWith(reference)) {
                prefixed.add(entry);
            }
        }
        if (prefixed.size() > 1) {
            throw new InvalidSpecException("multiple IDs found with provided prefix: " + reference);
        }
        if (prefixed.isEmpty()) {
            throw noSuchContainer(reference);
        }
        return prefixed.get(0);
    }

    private static NotFoundException noSuchContainer(String reference) {
        return new NotFoundException("No such container: " + reference);
    }

    /** What is thrown before the first step fails the future as what goes wrong later does. */
    private static <T> Future<T> attempt(java.util.function.Supplier<Future<T>> body) {
        try {
            return body.get();
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private Entry entry(ContainerId id) {
        Entry entry = entries.get(id);
        if (entry == null) {
            throw noSuchContainer(id.value());
        }
        return entry;
    }

    private void requirePresent(Entry entry) {
        if (entries.get(entry.container().id()) != entry) {
            throw new NotFoundException(
                    "No such container: " + entry.container().id());
        }
    }

    static void requireRunning(Container container) {
        if (container.state() != Container.State.RUNNING) {
            throw new NameConflictException("container " + container.id() + " is not running");
        }
    }

    @Override
    public Future<NodeAnswer.Output> readLogs(String reference, long cursor, int tail, long waitMillis, int maxBytes) {
        Entry entry = findEntry(reference);
        return logs.read(entry::container, cursor, tail, waitMillis, maxBytes);
    }

    @Override
    public Future<Exec> exec(String reference, ExecSpec spec) {
        return execs.start(() -> findEntry(reference).container(), spec);
    }

    @Override
    public Exec findExec(String id) {
        return execs.find(id);
    }

    @Override
    public AutoCloseable watch(Consumer<Container> listener) {
        listeners.add(listener);
        return () -> listeners.removeAll(Collections.singleton(listener));
    }

    /** Stops watching; containers go on. */
    @Override
    public void close() throws IOException {
        timers.shutdownNow();
        processEnds.close();
        watch.close();
    }
}
