package io.swarmnet.worker.disk;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of files made or changed in directories, by inotify. Thread-safe; one thread tells all, so listeners hand over at
 * once. What happened before {@link #watch} returned is not told: look afterwards.
 */
public final class DirectoryWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryWatch.class);

    private static final class Watched {
        private final Path directory;
        private final WatchKey key;
        private final List<Consumer<Path>> listeners = new CopyOnWriteArrayList<>();

        Watched(Path directory, WatchKey key) {
            this.directory = directory;
            this.key = key;
        }
    }

    private final WatchService service;
    private final Map<WatchKey, Watched> byKey = new HashMap<>();
    private final Map<Path, Watched> byPath = new HashMap<>();

    public DirectoryWatch(String threadName) throws IOException {
        service = Path.of("/").getFileSystem().newWatchService();
        Thread thread = new Thread(this::run, threadName);
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Tells the listener each file that is made or changed in the directory, or the directory itself when the kernel's
     * queue overflowed and all must be looked at again. Closing the answer ends it.
     */
    public synchronized AutoCloseable watch(Path directory, Consumer<Path> listener) throws IOException {
        Watched watched = byPath.get(directory);
        if (watched == null || !watched.key.isValid()) {
            WatchKey key = directory.register(
                    service, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
            watched = new Watched(directory, key);
            byPath.put(directory, watched);
            byKey.put(key, watched);
        }
        watched.listeners.add(listener);
        Watched registered = watched;
        return () -> unwatch(registered, listener);
    }

    private synchronized void unwatch(Watched watched, Consumer<Path> listener) {
        watched.listeners.remove(listener);
        if (watched.listeners.isEmpty()) {
            watched.key.cancel();
            byKey.remove(watched.key, watched);
            byPath.remove(watched.directory, watched);
        }
    }

    private synchronized Watched watched(WatchKey key) {
        return byKey.get(key);
    }

    private void run() {
        try {
            while (true) {
                WatchKey key = service.take();
                Watched watched = watched(key);
                for (WatchEvent<?> event : key.pollEvents()) {
                    if (watched != null) {
                        tell(watched, event);
                    }
                }
                key.reset();
            }
        } catch (InterruptedException | ClosedWatchServiceException e) {
            LOG.debug("Directory watch ended thread={}", Thread.currentThread().getName());
        }
    }

    private static void tell(Watched watched, WatchEvent<?> event) {
        Path changed = event.context() instanceof Path name ? watched.directory.resolve(name) : watched.directory;
        for (Consumer<Path> listener : watched.listeners) {
            try {
                listener.accept(changed);
            } catch (RuntimeException e) {
                LOG.warn("Listener failed path={}", changed, e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        service.close();
    }
}
