package io.swarmnet.manager.store.ratis;

import io.swarmnet.manager.store.Applied;
import io.swarmnet.manager.store.Commit;
import io.swarmnet.manager.store.Committed;
import io.swarmnet.manager.store.InMemoryStore;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.manager.store.ratis.Sealing.Purpose;
import io.swarmnet.model.error.NameConflictException;
import io.swarmnet.model.error.StaleVersionException;
import io.swarmnet.model.wire.DecodeException;
import io.swarmnet.model.wire.Encoding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.MD5FileUtil;

/**
 * Applies sealed commits to {@link InMemoryStore}, one at a time on Ratis' applying thread, and writes and reads the sealed
 * snapshots. What it cannot read it does not skip: managers would drift apart, so the member stops.
 */
final class ClusterStateMachine extends BaseStateMachine {
    private final SimpleStateMachineStorage files = new SimpleStateMachineStorage();
    private final InMemoryStore state = new InMemoryStore();
    private final UnknownParts unknown = new UnknownParts();
    private final StoreCodec codec = new StoreCodec(unknown);
    private final Sealing sealing;
    private final Runnable onLogFailed;
    private volatile Throwable logFailure;

    /** @param applied hears each commit, also those of the log that is read again at start, on the applying thread */
    ClusterStateMachine(Sealing sealing, Consumer<Applied> applied, Runnable onLogFailed) {
        this.sealing = sealing;
        this.onLogFailed = onLogFailed;
        state.watch(applied);
    }

    byte[] toEntry(Commit commit) {
        return sealing.seal(Purpose.ENTRY, codec.encode(commit));
    }

    static Outcome toOutcome(Message message) throws DecodeException {
        return Encoding.decode(message.getContent().toByteArray(), Outcome.class);
    }

    /** Why Ratis' log takes no more entries; null while it does. */
    Throwable logFailure() {
        return logFailure;
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage) throws IOException {
        super.initialize(server, group, storage);
        getLifeCycle()
                .startAndTransition(
                        () -> {
                            files.init(storage);
                            load();
                        },
                        IOException.class);
    }

    @Override
    public void reinitialize() throws IOException {
        load();
        if (getLifeCycleState() == LifeCycle.State.PAUSED) {
            getLifeCycle().transition(LifeCycle.State.STARTING);
            getLifeCycle().transition(LifeCycle.State.RUNNING);
        }
    }

    @Override
    public void pause() {
        getLifeCycle().transition(LifeCycle.State.PAUSING);
        getLifeCycle().transition(LifeCycle.State.PAUSED);
    }

    private void load() throws IOException {
        SingleFileSnapshotInfo latest = files.loadLatestSnapshot();
        if (latest == null) {
            return;
        }
        Path file = latest.getFile().getPath();
        try {
            codec.restore(sealing.open(Purpose.SNAPSHOT, Files.readAllBytes(file)), state);
        } catch (DecodeException e) {
            throw new DamagedStoreException("snapshot " + file + ": " + e.getMessage(), e);
        }
        setLastAppliedTermIndex(latest.getTermIndex());
    }

    @Override
    public StateMachineStorage getStateMachineStorage() {
        return files;
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        LogEntryProto entry = transaction.getLogEntry();
        Outcome outcome;
        try {
            outcome = apply(entry.getStateMachineLogEntry().getLogData());
        } catch (DecodeException e) {
            throw new IllegalStateException("log entry " + entry.getIndex() + ": " + e.getMessage(), e);
        }
        updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
        ByteString answer = UnsafeByteOperations.unsafeWrap(Encoding.encode(outcome));
        return CompletableFuture.completedFuture(Message.valueOf(answer));
    }

    private Outcome apply(ByteString sealed) throws DecodeException {
        StoredCommit stored = Encoding.decode(sealing.open(Purpose.ENTRY, sealed.toByteArray()), StoredCommit.class);
        Commit commit = StoreCodec.toCommit(stored);
        Snapshot before = state.snapshot();
        try {
            Committed committed = state.apply(commit);
            if (state.snapshot() != before) {
                codec.keepUnknown(stored, commit);
            }
            return Outcome.applied(committed);
        } catch (StaleVersionException e) {
            return Outcome.stale(e);
        } catch (NameConflictException e) {
            return Outcome.conflict(e);
        }
    }

    @Override
    public long takeSnapshot() throws IOException {
        TermIndex last = getLastAppliedTermIndex();
        if (last.getIndex() < 0) {
            return RaftLog.INVALID_LOG_INDEX;
        }
        Path file = files.getSnapshotFile(last.getTerm(), last.getIndex()).toPath();
        DurableFile.write(file, sealing.seal(Purpose.SNAPSHOT, codec.encode(state.snapshot(), state.requests())));
        // Ratis takes a snapshot for whole once its MD5 file stands beside it.
        MD5Hash digest = MD5FileUtil.computeAndSaveMd5ForFile(file.toFile());
        DurableFile.syncDirectory(file.getParent());
        files.updateLatestSnapshot(
                new SingleFileSnapshotInfo(new FileInfo(file, digest), last.getTerm(), last.getIndex()));
        return last.getIndex();
    }

    @Override
    public void notifyLogFailed(Throwable cause, LogEntryProto failed) {
        logFailure = cause;
        onLogFailed.run();
    }
}
