package io.swarmnet.engine.daemon;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.swarmnet.model.error.UnavailableException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataRootLockTest {
    @TempDir
    Path directory;

    @Test
    void oneAtATime() throws Exception {
        DataRootLock first = DataRootLock.take(directory);
        assertThrows(UnavailableException.class, () -> DataRootLock.take(directory));
        first.close();
        DataRootLock.take(directory).close();
    }

    /** /dev/full takes the lock and no byte. */
    @Test
    void aFullDiskDoesNotKeepTheDaemonAway() throws Exception {
        Files.createSymbolicLink(directory.resolve("daemon.lock"), Path.of("/dev/full"));
        DataRootLock.take(directory).close();
    }
}
