package io.swarmnet.manager.store.ratis;

import io.swarmnet.model.error.UnavailableException;
import io.swarmnet.model.wire.DecodeException;
import io.swarmnet.model.wire.Encoding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Cluster keys in a file that its owner alone can read (mode 0600). Each key names how it is wrapped; {@code none} is the
 * one way of this build, and a file with another is refused with its name.
 */
public final class KeyFile implements SealingKeys {
    private static final String NOT_WRAPPED = "none";
    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private final List<SealingKey> keys;
    private final int current;

    private KeyFile(int current, List<SealingKey> keys) {
        this.current = current;
        this.keys = keys;
    }

    record Content(int current, List<WrappedKey> keys) {}

    record WrappedKey(int id, String wrapping, byte[] key) {}

    /** Reads the file, or makes it with one random key. Blocks on the disk. */
    public static KeyFile openOrCreate(Path file) {
        try {
            if (!Files.exists(file)) {
                byte[] key = new byte[SealingKey.BYTES];
                new SecureRandom().nextBytes(key);
                write(file, List.of(new SealingKey(1, key)));
            }
            return read(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cluster key " + file + ": " + e.getMessage(), e);
        }
    }

    /** Writes keys that came from another manager; the last one becomes the current one. Blocks on the disk. */
    public static void write(Path file, List<SealingKey> keys) throws IOException {
        DurableFile.write(
                file,
                Encoding.encode(new Content(
                        keys.get(keys.size() - 1).id(),
                        keys.stream()
                                .map(key -> new WrappedKey(key.id(), NOT_WRAPPED, key.key()))
                                .toList())));
    }

    private static KeyFile read(Path file) throws IOException {
        if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
            throw new UnavailableException(
                    "cluster key " + file + " can be read or written by others; set its mode to 0600");
        }
        try {
            Content content = Encoding.decode(Files.readAllBytes(file), Content.class);
            return new KeyFile(
                    content.current(),
                    content.keys().stream().map(key -> unwrap(file, key)).toList());
        } catch (DecodeException | RuntimeException e) {
            throw new UnavailableException("cluster key " + file + ": " + e.getMessage());
        }
    }

    private static SealingKey unwrap(Path file, WrappedKey key) {
        if (!NOT_WRAPPED.equals(key.wrapping())) {
            throw new UnavailableException("cluster key " + key.id() + " in " + file + " is wrapped by "
                    + key.wrapping() + ", which this build does not know");
        }
        return new SealingKey(key.id(), key.key());
    }

    @Override
    public SealingKey current() {
        return byId(current).orElseThrow(() -> new IllegalStateException("cluster key " + current + " is missing"));
    }

    @Override
    public Optional<SealingKey> byId(int id) {
        return keys.stream().filter(key -> key.id() == id).findFirst();
    }
}
