package io.swarmnet.engine.api;

import io.swarmnet.model.error.NotFoundException;
import io.swarmnet.model.error.NotSupportedException;
import io.swarmnet.model.error.UnavailableException;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.net.HostPort;
import io.swarmnet.worker.Placement;
import io.swarmnet.worker.Worker;
import io.swarmnet.worker.container.Containers;
import io.swarmnet.worker.identity.NodeIdentity;
import io.swarmnet.worker.image.Images;
import io.swarmnet.worker.network.NodeNetworks;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A worker whose parts are lists that a test fills. */
public final class FakeWorker implements Worker {
    final FakeContainers containers = new FakeContainers();
    final FakeImages images = new FakeImages();
    final FakeNetworks networks = new FakeNetworks();
    public volatile List<HostPort> managers = List.of();
    public volatile NodeIdentity entered;
    public volatile Placement placement;
    /** The first so many entries fail with the words of a node whose address is not there yet. */
    public volatile int refusals;

    @Override
    public Future<Void> start() {
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> enter(NodeIdentity identity, Placement where, List<HostPort> at) {
        if (refusals-- > 0) {
            return Future.failedFuture(new UnavailableException("no link has the address"));
        }
        entered = identity;
        placement = where;
        managers = at;
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> leave() {
        entered = null;
        managers = List.of();
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> stop() {
        return Future.succeededFuture();
    }

    @Override
    public Containers containers() {
        return containers;
    }

    @Override
    public Images images() {
        return images;
    }

    @Override
    public NodeNetworks networks() {
        return networks;
    }

    @Override
    public List<HostPort> managers() {
        return managers;
    }

    @Override
    public boolean inSession() {
        return entered != null;
    }

    /** Images by their tags; an import remembers how many bytes came. */
    static final class FakeImages implements Images {
        final List<Image> all = new CopyOnWriteArrayList<>();
        volatile long importedBytes = -1;

        @Override
        public List<Image> list() {
            return List.copyOf(all);
        }

        @Override
        public Image find(String reference) {
            return all.stream()
                    .filter(image -> image.tags().contains(reference)
                            || image.tags().contains(reference + ":latest")
                            || image.id().equals(reference))
                    .findFirst()
                    .orElseThrow(() -> new NotFoundException(
                            "No such image: " + reference + (reference.contains(":") ? "" : ":latest")));
        }

        @Override
        public Future<Image> importTarball(Path tarball, String reference, List<String> changes, String message) {
            try {
                importedBytes = Files.size(tarball);
            } catch (IOException e) {
                return Future.failedFuture(e);
            }
            Image image = image("d".repeat(64), reference, changes);
            all.add(image);
            return Future.succeededFuture(image);
        }

        static Image image(String hex, String tag, List<String> command) {
            Instant made = Instant.parse("2026-11-21T17:13:23.5Z");
            return new Image(
                    "sha256:" + hex,
                    List.of(tag),
                    made,
                    1_984_298,
                    List.of(),
                    command,
                    List.of(),
                    "",
                    "",
                    "",
                    List.of());
        }

        @Override
        public Future<Void> tag(String reference, String newReference) {
            Image image = find(reference);
            all.add(image(image.id().substring(7), newReference, image.command()));
            return Future.succeededFuture();
        }

        @Override
        public Future<List<String>> remove(String reference, boolean force) {
            Image image = find(reference);
            all.remove(image);
            return Future.succeededFuture(List.of(image.tags().get(0), image.id()));
        }
    }

    /** Networks as a test puts them. */
    static final class FakeNetworks implements NodeNetworks {
        final List<LocalNetworkView> local = new CopyOnWriteArrayList<>();
        final List<OverlayView> overlays = new CopyOnWriteArrayList<>();

        @Override
        public List<LocalNetworkView> local() {
            return List.copyOf(local);
        }

        @Override
        public List<OverlayView> overlays() {
            return List.copyOf(overlays);
        }

        @Override
        public Optional<OverlayView> overlay(NetworkId id) {
            return overlays.stream()
                    .filter(view -> view.network().id().equals(id))
                    .findFirst();
        }

        @Override
        public Future<LocalNetworkView> create(LocalSpec spec) {
            return Future.failedFuture(new NotSupportedException("networks of the driver bridge are not there yet"));
        }

        @Override
        public Future<Void> remove(String reference) {
            local.removeIf(view -> view.id().equals(reference));
            return Future.succeededFuture();
        }
    }

    /** What the doctor is to find. */
    public List<io.swarmnet.worker.doctor.Finding> findings = List.of();

    /** What undo is to tell. */
    public List<String> undone = List.of();

    @Override
    public Future<List<io.swarmnet.worker.doctor.Finding>> doctor() {
        return Future.succeededFuture(findings);
    }

    @Override
    public Future<List<String>> undo() {
        return Future.succeededFuture(undone);
    }
}
