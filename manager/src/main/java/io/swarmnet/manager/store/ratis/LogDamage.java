package io.swarmnet.manager.store.ratis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.ratis.protocol.exceptions.ChecksumException;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.raftlog.segmented.LogSegment;
import org.apache.ratis.server.raftlog.segmented.LogSegmentPath;
import org.apache.ratis.util.SizeInBytes;

/** Finds the damaged place when Ratis has refused its log: it says what is wrong, and not always where. Reads only. */
final class LogDamage {
    private LogDamage() {}

    /** The first damage in the segments of a group directory; empty when all can be read. */
    static Optional<DamagedStoreException> find(Path groupDirectory) {
        Path current = groupDirectory.resolve("current");
        if (!Files.isDirectory(current)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(current)) {
            List<LogSegmentPath> segments = files.map(LogSegmentPath::matchLogSegment)
                    .filter(segment -> segment != null)
                    .sorted((a, b) -> a.getStartEnd().compareTo(b.getStartEnd()))
                    .toList();
            return segments.stream().flatMap(segment -> read(segment).stream()).findFirst();
        } catch (IOException e) {
            return Optional.of(new DamagedStoreException(current + ": " + e.getMessage(), e));
        }
    }

    private static Optional<DamagedStoreException> read(LogSegmentPath segment) {
        AtomicLong readable = new AtomicLong();
        try {
            LogSegment.readSegmentFile(
                    segment.getPath().toFile(),
                    segment.getStartEnd(),
                    SizeInBytes.valueOf(RaftSettings.ENTRY_BYTES_MAX),
                    CorruptionPolicy.EXCEPTION,
                    null,
                    entry -> readable.incrementAndGet());
            return Optional.empty();
        } catch (ChecksumException e) {
            return Optional.of(new DamagedStoreException(
                    "log " + segment.getPath() + " is damaged at offset " + e.getPos() + ", after " + readable.get()
                            + " good entries: " + e.getMessage(),
                    e));
        } catch (IOException | RuntimeException e) {
            return Optional.of(new DamagedStoreException(
                    "log " + segment.getPath() + " is damaged after " + readable.get() + " good entries: "
                            + e.getMessage(),
                    e));
        }
    }
}
