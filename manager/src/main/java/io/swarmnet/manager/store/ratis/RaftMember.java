package io.swarmnet.manager.store.ratis;

import io.swarmnet.manager.store.Applied;
import io.swarmnet.manager.store.Commit;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.UnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.LifeCycle;

/** One life of Ratis' server. Started, asked and ended by a thread of the private namespace, because it starts threads. */
final class RaftMember {
    /** The swarm's Raft group. */
    static UUID groupOf(RatisStoreConfig config) {
        return UUID.nameUUIDFromBytes(("swarmnet:" + config.cluster().value()).getBytes(StandardCharsets.UTF_8));
    }

    private static final long CLOSE_MILLIS_MAX = 10_000;

    private final RaftPeerId self;
    private final RaftGroupId group;
    private final ClusterStateMachine machine;
    private final ClientId client = ClientId.randomId();
    private final RaftServer server;
    private volatile RaftServer.Division division;
    private long calls;

    private RaftMember(RatisStoreConfig config, boolean format, ClusterStateMachine machine) throws IOException {
        this.self = RaftPeerId.valueOf(config.self().value());
        this.group = RaftGroupId.valueOf(groupOf(config));
        this.machine = machine;
        RaftPeer peer = RaftPeer.newBuilder()
                .setId(self)
                .setAddress(config.loopback() + ":" + config.port())
                .build();
        this.server = RaftServer.newBuilder()
                .setServerId(self)
                .setGroup(RaftGroup.valueOf(group, peer))
                .setStateMachine(machine)
                .setProperties(RaftSettings.of(config, true))
                .setOption(format ? RaftStorage.StartupOption.FORMAT : RaftStorage.StartupOption.RECOVER)
                .build();
    }

    /**
     * Starts; reads snapshot and log.
     *
     * @throws DamagedStoreException naming the file, when they cannot be read
     */
    static RaftMember start(RatisStoreConfig config, boolean format, Consumer<Applied> applied, Runnable onLogFailed)
            throws IOException {
        RaftMember member = null;
        try {
            member = new RaftMember(
                    config, format, new ClusterStateMachine(new Sealing(config.keys()), applied, onLogFailed));
            member.server.start();
            member.division = member.server.getDivision(member.group);
            return member;
        } catch (IOException | RuntimeException e) {
            if (member != null) {
                member.close();
            }
            throw told(config, e);
        }
    }

    private static IOException told(RatisStoreConfig config, Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DamagedStoreException damaged) {
                return damaged;
            }
        }
        return LogDamage.find(StoreDirectory.raft(config.directory())
                        .resolve(groupOf(config).toString()))
                .map(IOException.class::cast)
                .orElseGet(() -> new IOException("store " + config.directory() + ": " + innermost(failure), failure));
    }

    private static String innermost(Throwable failure) {
        Throwable last = failure;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        return last.toString();
    }

    /** Hands a commit to the leader, which is here or nowhere. */
    CompletableFuture<RaftClientReply> submit(Commit commit) throws IOException {
        byte[] entry = machine.toEntry(commit);
        if (entry.length > RaftSettings.ENTRY_BYTES_MAX - 1_024) {
            throw new InvalidSpecException("commit of " + entry.length + " bytes; at most "
                    + (RaftSettings.ENTRY_BYTES_MAX - 1_024) + " fit a log entry");
        }
        if (!isUp()) {
            throw new UnavailableException(RatisStore.NO_LEADER);
        }
        return server.submitClientRequestAsync(RaftClientRequest.newBuilder()
                .setClientId(client)
                .setServerId(self)
                .setGroupId(group)
                .setCallId(++calls)
                .setMessage(Message.valueOf(UnsafeByteOperations.unsafeWrap(entry)))
                .setType(RaftClientRequest.writeRequestType())
                .build());
    }

    /** True once the entries of all former terms are applied here and new ones are taken. */
    boolean leads() {
        RaftServer.Division started = division;
        return started != null && isUp() && started.getInfo().isLeaderReady();
    }

    /** False when Ratis has closed itself, or its log takes no more entries: only a new life helps. */
    boolean isUp() {
        RaftServer.Division started = division;
        return machine.logFailure() == null
                && server.getLifeCycleState() == LifeCycle.State.RUNNING
                && (started == null || started.getInfo().isAlive());
    }

    /** Why the disk takes no more entries; null while it does. */
    Throwable logFailure() {
        return machine.logFailure();
    }

    /** Returns when files and port are free, also when Ratis has begun to close itself; waits at most 10 s for that. */
    void close() {
        try {
            server.close();
            long end = System.nanoTime() + CLOSE_MILLIS_MAX * 1_000_000;
            while (server.getLifeCycleState() != LifeCycle.State.CLOSED && System.nanoTime() < end) {
                Thread.sleep(5);
            }
        } catch (IOException e) {
            throw new IllegalStateException("Ratis' close", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends Ratis as it ends itself after a failure. */
    void closeForTest() {
        close();
    }
}
