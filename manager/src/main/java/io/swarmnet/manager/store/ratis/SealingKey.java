package io.swarmnet.manager.store.ratis;

import java.util.Arrays;

/**
 * A cluster key.
 *
 * @param id 1 and up, never used twice in a cluster
 * @param key 16 random bytes
 */
public record SealingKey(int id, byte[] key) {
    public static final int BYTES = 16;

    /** @throws IllegalArgumentException when the key has another length */
    public SealingKey {
        if (key.length != BYTES) {
            throw new IllegalArgumentException("cluster key " + id + ": " + BYTES + " bytes, not " + key.length);
        }
        key = key.clone();
    }

    @Override
    public byte[] key() {
        return key.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SealingKey that && id == that.id && Arrays.equals(key, that.key);
    }

    @Override
    public int hashCode() {
        return 31 * id + Arrays.hashCode(key);
    }

    @Override
    public String toString() {
        return "SealingKey[" + id + "]";
    }
}
