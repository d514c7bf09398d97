package io.swarmnet.manager.store.ratis;

import io.swarmnet.manager.store.Applied;
import io.swarmnet.manager.store.InMemoryStore;
import io.swarmnet.manager.store.Snapshot;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest state, and who is told of it. Only ever goes forward: when Ratis is started anew it reads its log again, and
 * nobody sees the past twice.
 */
final class Published {
    private static final Logger LOG = LoggerFactory.getLogger(Published.class);

    private final Executor outside;
    private final CopyOnWriteArrayList<Consumer<Applied>> watchers = new CopyOnWriteArrayList<>();
    private volatile Snapshot newest = new InMemoryStore().snapshot();
    private Snapshot told = newest;

    /** @param outside runs what it is given in order, on one thread */
    Published(Executor outside) {
        this.outside = outside;
    }

    Snapshot newest() {
        return newest;
    }

    /** Called by the applying thread, before the commit is answered. */
    void applied(Applied applied) {
        Snapshot before = newest;
        if (applied.after().version() <= before.version()) {
            return;
        }
        Applied step = applied.before().version() == before.version()
                ? new Applied(before, applied.after(), applied.changes())
                : new Applied(before, applied.after(), List.of());
        newest = applied.after();
        outside.execute(() -> tell(step));
    }

    private void tell(Applied step) {
        told = step.after();
        watchers.forEach(watcher -> tell(watcher, step));
    }

    private static void tell(Consumer<Applied> watcher, Applied step) {
        try {
            watcher.accept(step);
        } catch (RuntimeException e) {
            LOG.error("A watcher of the store failed version={}", step.after().version(), e);
        }
    }

    AutoCloseable watch(Consumer<Applied> watcher) {
        Watch watch = new Watch(watcher);
        outside.execute(() -> {
            tell(watch, new Applied(told, told, List.of()));
            watchers.add(watch);
        });
        return watch;
    }

    private final class Watch implements Consumer<Applied>, AutoCloseable {
        private final Consumer<Applied> watcher;
        private volatile boolean closed;

        Watch(Consumer<Applied> watcher) {
            this.watcher = watcher;
        }

        @Override
        public void accept(Applied applied) {
            if (!closed) {
                watcher.accept(applied);
            }
        }

        @Override
        public void close() {
            closed = true;
            outside.execute(() -> watchers.remove(this));
        }
    }
}
