package io.swarmnet.manager.store.ratis;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.netty.NettyConfigKeys;
import org.apache.ratis.rpc.SupportedRpcType;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys.Log;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** Ratis' settings: what design details E ask for, and buffers of a size for a control plane. */
final class RaftSettings {
    /** Largest log entry; Ratis needs 8 bytes more for its frame (details E). */
    static final int ENTRY_BYTES_MAX = 2 << 20;

    private RaftSettings() {}

    static RaftProperties of(RatisStoreConfig config, boolean alone) {
        RaftProperties properties = new RaftProperties();
        RaftConfigKeys.Rpc.setType(properties, SupportedRpcType.NETTY);
        NettyConfigKeys.Server.setHost(properties, config.loopback());
        NettyConfigKeys.Server.setPort(properties, config.port());
        // The native epoll library would be unpacked under the system's temporary directory.
        NettyConfigKeys.Server.setUseEpoll(properties, false);
        NettyConfigKeys.Client.setUseEpoll(properties, false);
        directories(properties, config);
        log(properties);
        memory(properties);
        times(properties, alone);
        snapshots(properties, config);
        return properties;
    }

    private static void directories(RaftProperties properties, RatisStoreConfig config) {
        RaftServerConfigKeys.setStorageDir(
                properties, List.of(StoreDirectory.raft(config.directory()).toFile()));
        RaftServerConfigKeys.setRemovedGroupsDir(
                properties, config.directory().resolve("removed").toFile());
        RaftServerConfigKeys.setStorageFreeSpaceMin(properties, SizeInBytes.valueOf(0));
    }

    private static void log(RaftProperties properties) {
        // Its entries record the commit index and cost a sync each; a leader settles that index anew anyway.
        Log.setLogMetadataEnabled(properties, false);
        Log.setUnsafeFlushEnabled(properties, false);
        Log.setAsyncFlushEnabled(properties, false);
        Log.setCorruptionPolicy(properties, Log.CorruptionPolicy.EXCEPTION);
        Log.setPurgeUptoSnapshotIndex(properties, true);
        Log.setPurgeGap(properties, 1);
        // No preallocation: a torn write then ends the file, and is told apart from damage.
        Log.setPreallocatedSize(properties, SizeInBytes.valueOf(0));
    }

    private static void memory(RaftProperties properties) {
        Log.Appender.setBufferByteLimit(properties, SizeInBytes.valueOf(ENTRY_BYTES_MAX));
        Log.setWriteBufferSize(properties, SizeInBytes.valueOf(ENTRY_BYTES_MAX + 64));
        // The open segment and one closed one are kept in memory.
        Log.setSegmentSizeMax(properties, SizeInBytes.valueOf(4 << 20));
        Log.setSegmentCacheNumMax(properties, 1);
        Log.setSegmentCacheSizeMax(properties, SizeInBytes.valueOf(8 << 20));
        Log.setQueueByteLimit(properties, SizeInBytes.valueOf(16 << 20));
        RaftServerConfigKeys.Write.setElementLimit(properties, 4_096);
        RaftServerConfigKeys.Write.setByteLimit(properties, SizeInBytes.valueOf(16 << 20));
        RaftServerConfigKeys.ThreadPool.setProxySize(properties, 8);
        RaftServerConfigKeys.ThreadPool.setServerSize(properties, 8);
        RaftServerConfigKeys.ThreadPool.setClientSize(properties, 4);
    }

    private static void times(RaftProperties properties, boolean alone) {
        RaftServerConfigKeys.Rpc.setTimeoutMin(properties, millis(600));
        RaftServerConfigKeys.Rpc.setTimeoutMax(properties, millis(1_200));
        // A member that is alone waits for nobody.
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, millis(alone ? 5 : 300));
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, millis(alone ? 10 : 600));
        RaftServerConfigKeys.Rpc.setRequestTimeout(properties, millis(500));
        RaftServerConfigKeys.LeaderElection.setPreVote(properties, true);
        // After a long pause (SIGSTOP, a suspended machine) step down, but do not close.
        RaftServerConfigKeys.setCloseThreshold(properties, TimeDuration.valueOf(365, TimeUnit.DAYS));
    }

    private static void snapshots(RaftProperties properties, RatisStoreConfig config) {
        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, true);
        RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(properties, config.snapshotEvery());
        RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(properties, false);
        RaftServerConfigKeys.Snapshot.setRetentionFileNum(properties, 2);
    }

    private static TimeDuration millis(long millis) {
        return TimeDuration.valueOf(millis, TimeUnit.MILLISECONDS);
    }
}
