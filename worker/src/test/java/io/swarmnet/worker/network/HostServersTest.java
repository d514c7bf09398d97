package io.swarmnet.worker.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.swarmnet.worker.kernel.KernelExecutor;
import io.vertx.core.Vertx;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostServersTest {
    @Test
    void tellsThemAtFirstAndWheneverTheyChange(@TempDir Path directory) throws Exception {
        Vertx vertx = Vertx.vertx();
        Path file = directory.resolve("resolv.conf");
        BlockingQueue<List<InetSocketAddress>> told = new LinkedBlockingQueue<>();
        try (KernelExecutor lane = new KernelExecutor(vertx, "test", 1)) {
            HostServers servers = new HostServers(file, vertx, lane, told::add);
            vertx.runOnContext(v -> servers.start(20));
            assertEquals(List.of(), told.poll(10, TimeUnit.SECONDS), "the file comes later");
            Files.writeString(file, "nameserver 192.0.2.53\n");
            assertEquals(List.of(new InetSocketAddress("192.0.2.53", 53)), told.poll(10, TimeUnit.SECONDS));
            assertNull(told.poll(200, TimeUnit.MILLISECONDS), "told once");
        } finally {
            vertx.close();
        }
    }
}
