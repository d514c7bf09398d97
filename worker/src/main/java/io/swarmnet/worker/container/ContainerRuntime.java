package io.swarmnet.worker.container;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swarmnet.model.error.NotSupportedException;
import io.swarmnet.model.id.ContainerId;
import io.swarmnet.worker.disk.FileTree;
import io.swarmnet.worker.disk.JsonFile;
import io.swarmnet.worker.disk.RootedPath;
import io.swarmnet.worker.image.HostImage;
import io.swarmnet.worker.image.ImageStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done to one container: made, started, signalled, cleaned up, removed; and leftovers found. Blocks. Different
 * containers at once are fine, one container is its caller's to serialise. Keeps no state: all is in files and the kernel.
 */
final class ContainerRuntime {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerRuntime.class);
    private static final int DATABASE_BYTES_MAX = 1 << 20;
    private static final int SHORT_ID_LENGTH = 12;

    /** How a container ended. */
    record Exit(int code, boolean oomKilled, Instant when) {}

    private final ContainerDirectories directories;
    private final ImageStore images;
    private final Runc runc;
    private final Conmon conmon;
    private final RootFs rootFs;

    /** Starts hold it shared while the cgroup parent must not go away; its removal holds it alone. */
    private final ReadWriteLock cgroupParent = new ReentrantReadWriteLock();

    ContainerRuntime(ContainerDirectories directories, ImageStore images) {
        this.directories = directories;
        this.images = images;
        this.runc = new Runc(directories.runcRoot());
        this.conmon = new Conmon(directories);
        this.rootFs = new RootFs(directories);
    }

    Runc runc() {
        return runc;
    }

    /** Makes the directories, for root's eyes only. */
    void prepare() throws IOException {
        for (Path path : List.of(
                directories.containers(),
                directories.runcRoot(),
                directories.bundles(),
                directories.exits(),
                directories.sockets(),
                directories.execs())) {
            Files.createDirectories(path);
            Files.setAttribute(path, "unix:mode", 0700);
        }
    }

    /** Checks the request and makes the container's directory and record. */
    ContainerRecord create(ContainerRequest request, Instant now) throws IOException {
        if (request.spec().tty()) {
            throw new NotSupportedException("a terminal for a container (--tty) is not supported yet");
        }
        if (request.spec().init()) {
            throw new NotSupportedException("an init inside the container (--init) is not supported yet");
        }
        images.rootfs(request.image().id());
        ProcessArgs process = ProcessArgs.of(request.image(), request.spec(), request.hostname());
        Container container = new Container(
                request.id(),
                request.name(),
                request.task(),
                request.image().id(),
                request.spec(),
                process.words().get(0),
                process.words().subList(1, process.words().size()),
                request.labels(),
                request.hostname(),
                Container.State.CREATED,
                0,
                0,
                "",
                false,
                now,
                null,
                null,
                request.sandboxNetns().toString(),
                request.attachments(),
                request.gateway(),
                directories.log(request.id()).toString());
        ContainerRecord record = new ContainerRecord(
                container,
                request.hostsFile().toString(),
                request.resolvConf().toString(),
                request.hostnameFile().toString(),
                request.cgroupParent(),
                0,
                "");
        Files.createDirectories(directories.log(request.id()).getParent());
        save(record);
        return record;
    }

    void save(ContainerRecord record) throws IOException {
        JsonFile.write(directories.record(record.container().id()), record);
    }

    /**
     * Starts its process.
     *
     * @return the record as running, not yet saved
     * @throws StartFailure when its command cannot be run; nothing of the attempt is left
     */
    ContainerRecord start(ContainerRecord record, List<Integer> inherited) throws IOException {
        ContainerId id = record.container().id();
        cgroupParent.readLock().lock();
        try {
            cleanUp(record); // of an earlier run or a broken start
            writeBundle(
                    record, rootFs.mount(id, images.rootfs(record.container().imageId())));
            int pid = conmon.create(id, record.container().name(), inherited);
            long startTicks = ProcessIdentity.startTicks(pid);
            runc.start(id);
            // It may have ended by now; then the exit file tells, and 0 ticks match no process.
            return record.running(pid, Math.max(0, startTicks), ProcessIdentity.bootId(), Instant.now());
        } catch (IOException | RuntimeException e) {
            try {
                cleanUp(record);
            } catch (IOException | RuntimeException suppressed) {
                e.addSuppressed(suppressed);
            }
            if (e instanceof IOException && !(e instanceof java.nio.file.FileSystemException)) {
                StartFailure failure = StartFailure.ofContainer(e.getMessage());
                failure.addSuppressed(e);
                throw failure;
            }
            throw e;
        } finally {
            cgroupParent.readLock().unlock();
        }
    }

    private void writeBundle(ContainerRecord record, Path rootfs) throws IOException {
        Container container = record.container();
        Path bundle = directories.bundle(container.id());
        Files.createDirectories(bundle.resolve("persist"));
        boolean host = container.imageId().equals(HostImage.ID);
        ProcessArgs process = ProcessArgs.of(images.find(container.imageId()), container.spec(), container.hostname());
        ObjectNode config = new OciBundle(
                        rootfs,
                        container.spec().readOnly(),
                        process,
                        userIds(rootfs, process.user()),
                        container.hostname(),
                        Path.of(container.sandboxPath()),
                        Path.of(record.hostsFile()),
                        Path.of(record.hostnameFile()),
                        Path.of(record.resolvConf()),
                        record.cgroupParent() + "/" + container.id(),
                        host ? hidden() : List.of(),
                        host ? HiddenPaths.SCRATCH : List.of())
                .json();
        Files.write(bundle.resolve("config.json"), JsonFile.JSON.writeValueAsBytes(config));
    }

    private List<String> hidden() throws IOException {
        Set<Path> own = new LinkedHashSet<>(images.hiddenFromHostImage());
        own.add(directories.dataRoot());
        own.add(directories.execRoot());
        for (Path path : List.copyOf(own)) {
            if (Files.exists(path)) {
                own.add(path.toRealPath());
            }
        }
        List<HiddenPaths.Mount> mounts = Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .flatMap(line -> HiddenPaths.Mount.parse(line).stream())
                .toList();
        return HiddenPaths.of(own, mounts);
    }

    private static UserIds userIds(Path rootfs, String user) throws IOException {
        return UserIds.of(user, database(rootfs, "etc/passwd"), database(rootfs, "etc/group"));
    }

    private static List<String> database(Path rootfs, String name) throws IOException {
        Optional<Path> file = RootedPath.resolve(rootfs, name);
        if (file.isEmpty()
                || !Files.isRegularFile(file.get(), LinkOption.NOFOLLOW_LINKS)
                || Files.size(file.get()) > DATABASE_BYTES_MAX) {
            return List.of();
        }
        return List.of(new String(Files.readAllBytes(file.get()), StandardCharsets.ISO_8859_1).split("\n"));
    }

    /** False when there is nothing left to be signalled. */
    boolean signal(ContainerId id, String signal) throws IOException {
        return runc.kill(id, signal);
    }

    /** The file a process exec'd into a running container is described by, in runc's form; the caller removes it. */
    Path writeExecSpec(Container container, Containers.ExecSpec spec, String execId) throws IOException {
        JsonNode config = JsonFile.JSON.readTree(
                directories.bundle(container.id()).resolve("config.json").toFile());
        JsonNode first = config.path("process");
        List<String> env = new ArrayList<>();
        first.path("env").forEach(entry -> env.add(entry.asText()));
        String dir = spec.workingDir() == null || spec.workingDir().isEmpty()
                ? first.path("cwd").asText("/")
                : spec.workingDir();
        ProcessArgs process = new ProcessArgs(spec.command(), ProcessArgs.overridden(env, spec.env()), dir, "");
        UserIds user;
        if (spec.user() == null || spec.user().isEmpty()) {
            List<Integer> groups = new ArrayList<>();
            first.path("user").path("additionalGids").forEach(gid -> groups.add(gid.asInt()));
            user = new UserIds(
                    first.path("user").path("uid").asInt(),
                    first.path("user").path("gid").asInt(),
                    groups);
        } else {
            user = userIds(directories.rootfs(container.id()), spec.user());
        }
        Path file = directories.execs().resolve(execId + ".json");
        Files.write(file, JsonFile.JSON.writeValueAsBytes(OciBundle.process(process, user)));
        return file;
    }

    Path execPidFile(String execId) {
        return directories.execs().resolve(execId + ".pid");
    }

    /** How it ended, if conmon has said so. */
    Optional<Exit> exit(ContainerId id) throws IOException {
        Path file = directories.exit(id);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String text = Files.readString(file).strip();
        int code = text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : 255;
        Path bundle = directories.bundle(id);
        boolean oom = Files.exists(bundle.resolve("oom"))
                || Files.exists(bundle.resolve("persist").resolve("oom"));
        return Optional.of(new Exit(code, oom, Files.getLastModifiedTime(file).toInstant()));
    }

    /** The pid of the conmon that will tell how the container ends, or -1 when it is gone. */
    int conmonPid(ContainerId id) {
        try {
            String pid = Files.readString(directories.bundle(id).resolve("conmon.pid"))
                    .strip();
            // Its number may be another process's by now: after a reboot, when the exec root is still there, it mostly
            // is.
            boolean there = pid.matches("[0-9]{1,9}")
                    && ProcessIdentity.startTicks(Integer.parseInt(pid)) > 0
                    && ProcessIdentity.hasArgument(Integer.parseInt(pid), id.value());
            return there ? Integer.parseInt(pid) : -1;
        } catch (IOException e) {
            return -1;
        }
    }

    /** Takes down what a run needed: processes, cgroups, mounts, bundle. The log and the changed files stay. */
    void cleanUp(ContainerRecord record) throws IOException {
        ContainerId id = record.container().id();
        runc.delete(id);
        rootFs.unmount(id);
        Cgroups.remove(record.cgroupParent(), id.value());
        Files.deleteIfExists(directories.sockets().resolve(ContainerDirectories.socketName(id)));
        FileTree.delete(directories.bundle(id));
        Files.deleteIfExists(directories.exit(id));
    }

    /** Takes down everything of it. */
    void remove(ContainerRecord record) throws IOException {
        cleanUp(record);
        FileTree.delete(directories.home(record.container().id()));
    }

    /** Removes the cgroup directory that held the containers; does nothing while there is one. */
    void removeCgroupParent(String parent) {
        if (cgroupParent.writeLock().tryLock()) {
            try {
                Cgroups.removeEmpty(parent);
            } finally {
                cgroupParent.writeLock().unlock();
            }
        }
    }

    /** All records on disk. One that cannot be read is told and left alone. */
    List<ContainerRecord> load() throws IOException {
        List<ContainerRecord> records = new ArrayList<>();
        try (DirectoryStream<Path> homes = Files.newDirectoryStream(directories.containers())) {
            for (Path home : homes) {
                try {
                    JsonFile.read(home.resolve("container.json"), ContainerRecord.class)
                            .ifPresent(records::add);
                } catch (IOException e) {
                    LOG.error("Container record cannot be read path={} error={}", home, e.getMessage());
                }
            }
        }
        return records;
    }

    /** Takes down what is ours and has no record: a start or removal that was cut short. Goes on past failures. */
    void sweep(Set<ContainerId> known) throws IOException {
        for (ContainerId id : runc.list()) {
            if (!known.contains(id)) {
                attempt("runc state", id.value(), () -> runc.delete(id));
            }
        }
        for (Path path : children(directories.containers())) {
            ContainerId id = new ContainerId(path.getFileName().toString());
            if (!known.contains(id) && !Files.exists(directories.record(id))) {
                attempt("files", id.value(), () -> {
                    rootFs.unmount(id);
                    FileTree.delete(path);
                });
            }
        }
        for (Path path : children(directories.bundles())) {
            if (!known.contains(new ContainerId(path.getFileName().toString()))) {
                attempt("bundle", path.getFileName().toString(), () -> FileTree.delete(path));
            }
        }
        for (Path path : children(directories.exits())) {
            if (!known.contains(new ContainerId(path.getFileName().toString()))) {
                attempt("exit file", path.getFileName().toString(), () -> Files.deleteIfExists(path));
            }
        }
        for (Path path : children(directories.execs())) {
            attempt("exec file", path.getFileName().toString(), () -> Files.deleteIfExists(path));
        }
        for (Path path : children(directories.sockets())) {
            boolean wanted = known.stream().anyMatch(id -> ContainerDirectories.socketName(id)
                    .equals(path.getFileName().toString()));
            if (!wanted) {
                attempt("socket link", path.getFileName().toString(), () -> Files.deleteIfExists(path));
            }
        }
    }

    /** Removes cgroups under a parent of ours that no container has. */
    void sweepCgroups(String parent, Set<ContainerId> known) {
        for (String name : Cgroups.names(parent)) {
            if (known.stream().noneMatch(id -> id.value().equals(name))) {
                LOG.info("Leftover removed what=cgroup name={}", name);
                Cgroups.remove(parent, name);
            }
        }
        removeCgroupParent(parent);
    }

    /** Docker's short id. */
    static String shortId(ContainerId id) {
        return id.value().substring(0, Math.min(SHORT_ID_LENGTH, id.value().length()));
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void attempt(String what, String name, Step step) {
        try {
            step.run();
            LOG.info("Leftover removed what={} name={}", what, name);
        } catch (IOException | RuntimeException e) {
            LOG.warn("Leftover kept what={} name={} error={}", what, name, e.getMessage());
        }
    }

    private static List<Path> children(Path directory) throws IOException {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(children::add);
        }
        return children;
    }
}
