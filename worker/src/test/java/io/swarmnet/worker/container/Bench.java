package io.swarmnet.worker.container;

import io.swarmnet.linux.mount.Mounts;
import io.swarmnet.linux.netns.Netns;
import io.swarmnet.model.id.ContainerId;
import io.swarmnet.model.id.Ids;
import io.swarmnet.model.object.ContainerSpec;
import io.swarmnet.model.session.NodeAnswer;
import io.swarmnet.worker.NeedsRoot;
import io.swarmnet.worker.disk.FileTree;
import io.swarmnet.worker.image.HostImage;
import io.swarmnet.worker.image.ImageStore;
import io.swarmnet.worker.image.Images;
import io.swarmnet.worker.image.Tarball;
import io.swarmnet.worker.image.UnpackLimits;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A container store over directories of its own, with a sandbox and the image {@code busybox}; gone when it closes. */
final class Bench implements AutoCloseable {
    private static final long SECONDS = 20;

    final Path top;
    final Path dataRoot;
    final Path execRoot;
    final String cgroupParent;
    final Netns netns;
    final ExecutorService executor = Executors.newFixedThreadPool(2);
    ImageStore images;
    ContainerStore store;

    /** @param hostImage then the data root is a bind mount, whose files show elsewhere in the root file system */
    Bench(boolean hostImage) throws IOException {
        NeedsRoot.check();
        top = Files.createTempDirectory(Path.of("/srv"), "swrt-");
        dataRoot = Files.createDirectory(top.resolve("data"));
        if (hostImage) {
            Mounts.bind(Files.createDirectory(top.resolve("real")), dataRoot);
        }
        execRoot = top.resolve("run");
        cgroupParent = "/" + top.getFileName();
        netns = Netns.create(top.resolve("netns"));
        for (String name : List.of("hosts", "hostname", "resolv.conf")) {
            Files.writeString(top.resolve(name), "# " + name + " of the test\n");
        }
        images = ImageStore.open(dataRoot, new HostImage(hostImage, List.of()), UnpackLimits.DEFAULT, Runnable::run);
        open();
    }

    Images.Image busybox() throws IOException {
        Path tarball = top.resolve("busybox.tar.gz");
        Tarball.busybox(tarball);
        return await(images.importTarball(tarball, "busybox", List.of("CMD [\"sh\"]"), "of the test"));
    }

    void open() throws IOException {
        store = ContainerStore.open(new ContainerDirectories(dataRoot, execRoot), images, cgroupParent, executor);
    }

    /** What a kill -9 of the daemon and a new start are to the store: nothing is taken down, all is found by looking. */
    void restart() throws IOException {
        store.close();
        images = ImageStore.open(
                dataRoot,
                new HostImage(images.list().stream().anyMatch(i -> i.id().equals(HostImage.ID)), List.of()),
                UnpackLimits.DEFAULT,
                Runnable::run);
        open();
    }

    static ContainerSpec spec(String... command) {
        return new ContainerSpec(
                "busybox",
                Map.of(),
                List.of(command),
                List.of(),
                null,
                List.of("A=b"),
                null,
                null,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                null,
                10_000,
                false,
                false,
                false);
    }

    Container create(Images.Image image, ContainerSpec spec) {
        ContainerId id = new ContainerId(Ids.newLocalId(new SecureRandom()));
        return await(store.create(new ContainerRequest(
                id,
                "c-" + id.value().substring(0, 8),
                null,
                image,
                spec,
                Map.of("l", "v"),
                "box",
                netns.path(),
                top.resolve("hosts"),
                top.resolve("resolv.conf"),
                top.resolve("hostname"),
                List.of(),
                null,
                cgroupParent)));
    }

    Container run(Images.Image image, ContainerSpec spec) {
        return await(store.start(create(image, spec).id(), List.of()));
    }

    /** Runs it to its end and gives its output. */
    String output(Images.Image image, ContainerSpec spec) {
        Container container = run(image, spec);
        await(store.ended(container.id()));
        return log(container.id(), piece -> piece);
    }

    String log(ContainerId id, UnaryOperator<NodeAnswer.Piece> each) {
        StringBuilder text = new StringBuilder();
        long cursor = 0;
        NodeAnswer.Output output;
        do {
            output = await(store.readLogs(id.value(), cursor, -1, 0, 1 << 20));
            cursor = output.cursor();
            output.pieces()
                    .forEach(piece -> text.append(new String(each.apply(piece).bytes(), StandardCharsets.UTF_8)));
        } while (!output.ended() && !output.pieces().isEmpty());
        return text.toString();
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e.getCause());
        } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** Everything of ours that is still in the kernel: mounts, cgroups, processes that name our directories. */
    List<String> leftInKernel() throws IOException {
        try (Stream<Path> cgroups = Files.list(Path.of("/sys/fs/cgroup"));
                Stream<Path> processes = Files.list(Path.of("/proc"))) {
            Stream<String> mounts =
                    Mounts.below(dataRoot.resolve("containers")).stream().map(path -> "mount " + path);
            Stream<String> groups = cgroups.map(path -> path.resolve(cgroupParent.substring(1)))
                    .filter(Files::exists)
                    .map(path -> "cgroup " + path);
            Stream<String> commands = processes
                    .filter(path -> path.getFileName().toString().matches("[0-9]+"))
                    .filter(path -> commandLine(path).contains(top.toString() + "/"))
                    .filter(path -> !commandLine(path).contains("java"))
                    .map(path -> "process " + path + " " + commandLine(path));
            return Stream.of(mounts, groups, commands).flatMap(all -> all).toList();
        }
    }

    private static String commandLine(Path process) {
        try {
            return new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.UTF_8)
                    .replace('\0', ' ');
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() throws IOException {
        for (Container container : store.list()) {
            await(store.remove(container.id()));
        }
        store.close();
        executor.shutdownNow();
        Mounts.below(dataRoot).forEach(Mounts::unmountLazily);
        netns.delete();
        FileTree.delete(top);
    }
}
