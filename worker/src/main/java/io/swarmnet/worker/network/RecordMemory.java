package io.swarmnet.worker.network;

import io.swarmnet.linux.file.DurableFile;
import io.swarmnet.model.record.EndpointClaim;
import io.swarmnet.model.record.EndpointState;
import io.swarmnet.model.wire.DecodeException;
import io.swarmnet.model.wire.Encoding;
import io.swarmnet.worker.kernel.KernelExecutor;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The endpoints of other nodes as last heard, on disk: a daemon that starts while its manager is away has no gossip, and
 * answers names from here. A second old at most. Belongs to the worker's context but for {@link #load}.
 */
public final class RecordMemory {
    private static final Logger LOG = LoggerFactory.getLogger(RecordMemory.class);
    private static final long PAUSE_MILLIS = 1_000;

    private final Path file;
    private final Vertx vertx;
    private final KernelExecutor disk;
    private boolean waiting;
    private boolean again;

    /** @param disk where the file is written; not the kernel's lane, which has better to do than to wait for a disk */
    public RecordMemory(Path dataRoot, Vertx vertx, KernelExecutor disk) {
        this.file = dataRoot.resolve("worker").resolve("records");
        this.vertx = vertx;
        this.disk = disk;
    }

    /** An endpoint of another node. */
    public record Known(EndpointClaim claim, EndpointState state) {}

    private record Content(List<Known> known) {}

    /** What is kept; nothing when it cannot be read, for gossip brings it again. Blocks. */
    public List<Known> load() {
        try {
            Optional<byte[]> bytes = DurableFile.read(file);
            return bytes.isEmpty()
                    ? List.of()
                    : Encoding.decode(bytes.get(), Content.class).known();
        } catch (IOException | DecodeException e) {
            LOG.warn("Names of an earlier life not read file={}: {}", file, e.getMessage());
            return List.of();
        }
    }

    /** Something changed: all of it is written soon, once for all changes until then. */
    void changed(Supplier<List<Known>> all) {
        again = true;
        if (waiting) {
            return;
        }
        waiting = true;
        vertx.setTimer(PAUSE_MILLIS, timer -> {
            again = false;
            List<Known> known = all.get();
            disk.execute(() -> save(known))
                    .onFailure(e -> LOG.warn("Names not stored file={}: {}", file, e.getMessage()))
                    .onComplete(done -> {
                        waiting = false;
                        if (again) {
                            changed(all);
                        }
                    });
        });
    }

    private void save(List<Known> known) throws IOException {
        if (known.isEmpty()) {
            DurableFile.delete(file);
        } else {
            DurableFile.write(file, Encoding.encode(new Content(known)));
        }
    }
}
