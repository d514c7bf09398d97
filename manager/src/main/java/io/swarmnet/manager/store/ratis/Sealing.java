package io.swarmnet.manager.store.ratis;

import io.swarmnet.model.wire.DecodeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-128-GCM around what the store writes. Layout: version (1 byte), key id (u32), nonce (12), ciphertext with its 16-byte
 * tag. Additional data: the purpose and the header. Nonces are random, good for 2^32 seals a key (NIST SP 800-38D 8.3).
 */
final class Sealing {
    /** What a sealed box holds, so that one cannot stand where another belongs. */
    enum Purpose {
        ENTRY,
        SNAPSHOT
    }

    static final byte VERSION = 1;
    static final int OVERHEAD_BYTES = 1 + 4 + 12 + 16;

    private static final int NONCE_BYTES = 12;
    private static final int HEADER_BYTES = 1 + 4 + NONCE_BYTES;

    private final SealingKeys keys;
    private final SecureRandom random = new SecureRandom();

    Sealing(SealingKeys keys) {
        this.keys = keys;
    }

    byte[] seal(Purpose purpose, byte[] plain) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        return seal(purpose, plain, keys.current(), nonce);
    }

    static byte[] seal(Purpose purpose, byte[] plain, SealingKey key, byte[] nonce) {
        byte[] header = ByteBuffer.allocate(HEADER_BYTES)
                .put(VERSION)
                .putInt(key.id())
                .put(nonce)
                .array();
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, header, purpose).doFinal(plain);
            return ByteBuffer.allocate(header.length + sealed.length)
                    .put(header)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM with cluster key " + key.id(), e);
        }
    }

    /** @throws DecodeException when the version or key is unknown here, or the bytes are not as they were sealed */
    byte[] open(Purpose purpose, byte[] sealed) throws DecodeException {
        if (sealed.length < OVERHEAD_BYTES) {
            throw new DecodeException("sealed " + purpose + ": too short: " + sealed.length + " bytes");
        }
        if (sealed[0] != VERSION) {
            throw new DecodeException("sealed " + purpose + ": version " + sealed[0] + " is not known here");
        }
        int id = ByteBuffer.wrap(sealed).getInt(1);
        SealingKey key = keys.byId(id)
                .orElseThrow(() -> new DecodeException("sealed " + purpose + ": cluster key " + id + " is not here"));
        byte[] header = new byte[HEADER_BYTES];
        System.arraycopy(sealed, 0, header, 0, HEADER_BYTES);
        try {
            return cipher(Cipher.DECRYPT_MODE, key, header, purpose)
                    .doFinal(sealed, HEADER_BYTES, sealed.length - HEADER_BYTES);
        } catch (GeneralSecurityException e) {
            throw new DecodeException("sealed " + purpose + ": damaged, or sealed with another cluster key", e);
        }
    }

    private static Cipher cipher(int mode, SealingKey key, byte[] header, Purpose purpose)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                mode,
                new SecretKeySpec(key.key(), "AES"),
                new GCMParameterSpec(128, header, HEADER_BYTES - NONCE_BYTES, NONCE_BYTES));
        cipher.updateAAD(("swarmnet store " + purpose).getBytes(StandardCharsets.US_ASCII));
        cipher.updateAAD(header);
        return cipher;
    }
}
