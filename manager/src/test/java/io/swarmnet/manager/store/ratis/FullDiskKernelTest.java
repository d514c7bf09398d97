package io.swarmnet.manager.store.ratis;

import static io.swarmnet.manager.store.ratis.StoreFixture.await;
import static io.swarmnet.manager.store.ratis.StoreFixture.create;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.model.error.UnavailableException;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
@Timeout(60)
class FullDiskKernelTest {
    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();

    @BeforeEach
    void mount() throws Exception {
        run("mount", "-t", "tmpfs", "-o", "size=1m", "swst-full", directory.toString());
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", "-l", directory.toString());
        await(vertx.close());
    }

    @Test
    void refusesWritesWhileTheDiskIsFullAndHealsWhenThereIsRoom() throws Exception {
        RatisStore store = StoreFixture.open(StoreFixture.config(directory, 10_000, 0), vertx);
        try {
            await(store.commit(create("first")));
            Files.write(directory.resolve("ballast"), new byte[700 << 10]);
            Throwable full = null;
            long acknowledged = 1;
            for (int i = 0; full == null && i < 5_000; i++) {
                try {
                    acknowledged = await(store.commit(create("n" + i))).version();
                } catch (java.util.concurrent.ExecutionException e) {
                    full = e.getCause();
                }
            }
            assertInstanceOf(UnavailableException.class, full);
            assertTrue(full.getMessage().contains(directory.toString()), full.getMessage());
            assertTrue(store.snapshot().version() >= acknowledged, "reads answer what is known");
            run("mount", "-o", "remount,size=64m", directory.toString());
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (!store.isLeader() && System.nanoTime() < end) {
                Thread.sleep(20);
            }
            long version = await(store.commit(create("healed"))).version();
            assertTrue(version > acknowledged, version + " after " + acknowledged);
            assertEquals(version, store.snapshot().version());
            StoreFixture.find(store, "first");
        } finally {
            await(store.close());
        }
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), String.join(" ", command) + ": " + output);
    }
}
