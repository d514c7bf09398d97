package io.swarmnet.engine.daemon;

import io.swarmnet.model.error.UnavailableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One daemon on a data root at a time: a lock on {@code daemon.lock}, which the kernel ends with the process. */
final class DataRootLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DataRootLock.class);

    private final FileChannel channel;

    private DataRootLock(FileChannel channel) {
        this.channel = channel;
    }

    /** @throws UnavailableException naming the process that holds it */
    static DataRootLock take(Path dataRoot) throws IOException {
        Files.createDirectories(dataRoot);
        Path file = dataRoot.resolve("daemon.lock");
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() == null) {
                throw taken(dataRoot, channel);
            }
        } catch (OverlappingFileLockException e) {
            throw taken(dataRoot, channel);
        }
        try {
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
        } catch (IOException e) {
            // The lock is what counts; a full disk must not keep the daemon from coming back.
            LOG.warn("Process id not written file={} because={}", file, e.getMessage());
        }
        return new DataRootLock(channel);
    }

    private static UnavailableException taken(Path dataRoot, FileChannel channel) throws IOException {
        ByteBuffer pid = ByteBuffer.allocate(32);
        channel.read(pid, 0);
        channel.close();
        String holder = new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII).trim();
        return new UnavailableException("another swarmnetd (pid " + holder + ") runs on the data root " + dataRoot
                + "; give this one another with --data-root");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
