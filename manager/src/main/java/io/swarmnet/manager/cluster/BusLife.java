package io.swarmnet.manager.cluster;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.internal.util.ConcurrencyUtil;
import io.swarmnet.model.id.NodeId;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.impl.VertxThread;
import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.spi.VertxThreadFactory;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** One life of the cluster Vert.x and its Hazelcast. Only ever called by the gate's thread, because it starts threads. */
final class BusLife {
    private final Vertx vertx;
    private final HazelcastInstance hazelcast;
    private final Map<NodeId, MessageConsumer<Buffer>> consumers = new HashMap<>();

    private final Set<Promise<byte[]>> asked = ConcurrentHashMap.newKeySet();

    private BusLife(Vertx vertx, HazelcastInstance hazelcast) {
        this.vertx = vertx;
        this.hazelcast = hazelcast;
    }

    /** @param onEnd called once Hazelcast ends, by any thread of it */
    static Future<BusLife> begin(ClusterBusConfig config, Runnable onEnd) {
        keepOutOfTheCommonPool(config);
        HazelcastClusterManager manager = new HazelcastClusterManager(HazelcastSettings.of(config));
        return VertxBootstrap.create()
                .options(options(config))
                .threadFactory(new BusThreads())
                .clusterManager(manager)
                .init()
                .clusteredVertx()
                .map(vertx -> {
                    HazelcastInstance hazelcast = manager.getHazelcastInstance();
                    hazelcast.getLifecycleService().addLifecycleListener(event -> {
                        if (event.getState() == LifecycleEvent.LifecycleState.SHUTTING_DOWN
                                || event.getState() == LifecycleEvent.LifecycleState.SHUTDOWN) {
                            onEnd.run();
                        }
                    });
                    return new BusLife(vertx, hazelcast);
                });
    }

    /**
     * Hazelcast completes futures on the JVM's common pool, whose threads would be born in the namespace and then serve
     * everybody. The executor is one for the whole JVM; its threads end when idle, so it needs no closing.
     */
    private static void keepOutOfTheCommonPool(ClusterBusConfig config) {
        ThreadPoolExecutor completions = new ThreadPoolExecutor(
                2,
                2,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(10_000),
                config.door().threads("bus-completions"),
                new ThreadPoolExecutor.CallerRunsPolicy());
        completions.allowCoreThreadTimeOut(true);
        ConcurrencyUtil.setDefaultAsyncExecutor(completions);
    }

    private static VertxOptions options(ClusterBusConfig config) {
        return new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(4)
                .setInternalBlockingPoolSize(2)
                .setPreferNativeTransport(false)
                // Its calls into Hazelcast stall for seconds after a cut; that is expected of it.
                .setBlockedThreadCheckInterval(10)
                .setBlockedThreadCheckIntervalUnit(TimeUnit.MINUTES)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false))
                .setEventBusOptions(new EventBusOptions()
                        .setHost(config.loopback())
                        .setPort(config.busPort())
                        .setClusterPublicHost(config.loopback())
                        .setClusterPublicPort(config.busPort()));
    }

    boolean isRunning() {
        return hazelcast.getLifecycleService().isRunning();
    }

    void consume(NodeId node, Handler<Message<Buffer>> handler) {
        end(node);
        consumers.put(node, vertx.eventBus().consumer(addressOf(node), handler));
    }

    void end(NodeId node) {
        MessageConsumer<Buffer> consumer = consumers.remove(node);
        if (consumer != null) {
            consumer.unregister();
        }
    }

    /** The answer, or Vert.x' failure, or {@link #close}: whichever comes first. */
    Future<byte[]> ask(NodeId node, byte[] body, long timeoutMillis) {
        Promise<byte[]> answer = Promise.promise();
        asked.add(answer);
        vertx.eventBus()
                .<Buffer>request(
                        addressOf(node), Buffer.buffer(body), new DeliveryOptions().setSendTimeout(timeoutMillis))
                .onComplete(end -> {
                    asked.remove(answer);
                    if (end.succeeded()) {
                        answer.tryComplete(end.result().body().getBytes());
                    } else {
                        answer.tryFail(end.cause());
                    }
                });
        return answer.future();
    }

    private static String addressOf(NodeId node) {
        return "node." + node.value();
    }

    /** Closes Hazelcast and nothing else. */
    void endHazelcast() {
        hazelcast.getLifecycleService().terminate();
    }

    /** Ends the threads too. What was asked and not answered fails with {@link IllegalStateException}. */
    Future<Void> close() {
        consumers.clear();
        asked.forEach(answer -> answer.tryFail(new IllegalStateException("the event bus ended")));
        asked.clear();
        return vertx.close();
    }

    /** Names the threads, so that they are told from those of the node's Vert.x. */
    private static final class BusThreads implements VertxThreadFactory {
        @Override
        public VertxThread newVertxThread(
                Runnable target, String name, boolean worker, long maxExecTime, TimeUnit maxExecTimeUnit) {
            return VertxThreadFactory.super.newVertxThread(target, "bus-" + name, worker, maxExecTime, maxExecTimeUnit);
        }
    }
}
