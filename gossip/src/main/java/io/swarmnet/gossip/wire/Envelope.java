package io.swarmnet.gossip.wire;

import io.swarmnet.gossip.message.DropReason;
import io.swarmnet.model.object.GossipKey;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-128-GCM around every message (details F). Layout:
 *
 * <pre>
 * version(1) kind(1) key epoch(2)  nonce: sender index(4) boot(4) counter(4)  ciphertext  tag(16)
 * </pre>
 *
 * The 16 bytes before the ciphertext, and the receiver's index, are the additional data: a datagram caught on its way to
 * one node opens at no other. A nonce is never used twice: the leader gives each boot number once, and a boot sends 2^32
 * envelopes at most. Not thread-safe.
 *
 * <p>The key is shared by all nodes, so a stolen node can seal in another's name. Records and holdings are signed for this
 * reason.
 */
public final class Envelope {
    public static final int VERSION = 1;
    public static final int HEADER_BYTES = 16;
    public static final int OVERHEAD_BYTES = HEADER_BYTES + 16;
    /** With headers of IPv6 and UDP this passes every link of 1,500 bytes and most tunnels. */
    public static final int DATAGRAM_BYTES_MAX = 1_400;
    /** Envelope of one TCP frame, without its length. */
    public static final int FRAME_BYTES_MAX = 4 * 1024 * 1024;

    private static final long COUNTER_END = 1L << 32;
    private static final int TAG_BITS = 128;

    /** How the envelope travels. Each has a replay window of its own, for a stream is slower than datagrams. */
    public enum Kind {
        DATAGRAM(1, DATAGRAM_BYTES_MAX),
        STREAM(2, FRAME_BYTES_MAX);

        private final int code;
        private final int bytesMax;

        Kind(int code, int bytesMax) {
            this.code = code;
            this.bytesMax = bytesMax;
        }
    }

    private record Sender(int index, Kind kind) {}

    private static final class Heard {
        int boot;
        ReplayWindow window = new ReplayWindow();

        Heard(int boot) {
            this.boot = boot;
        }
    }

    private final int senderIndex;
    private final Cipher cipher;
    private final KeyRing ring = new KeyRing();
    private final Map<Sender, Heard> heard = new HashMap<>();
    private int boot;
    private long counter;

    /** @param boot one this node has never sealed with */
    public Envelope(int senderIndex, int boot) {
        this(senderIndex, boot, 0);
    }

    Envelope(int senderIndex, int boot, long counter) {
        this.senderIndex = senderIndex;
        this.boot = boot;
        this.counter = counter;
        try {
            this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has AES/GCM", e);
        }
    }

    /** @param ring newest last; see {@link KeyRing} for when it begins to seal */
    public void keys(List<GossipKey> ring, long nowMillis) {
        this.ring.set(ring, nowMillis);
    }

    /** Starts the counters anew. Does nothing for the boot number in use: its counters are spent. */
    public void boot(int next) {
        if (next != boot) {
            boot = next;
            counter = 0;
        }
    }

    /** Whether this boot's counters are spent. */
    public boolean exhausted() {
        return counter >= COUNTER_END;
    }

    /** @return the sealed bytes, or null when there is no key or no counter left */
    public byte[] seal(Kind kind, int receiverIndex, byte[] message, long nowMillis) {
        KeyRing.Key key = ring.sealing(nowMillis);
        if (key == null || exhausted()) {
            return null;
        }
        ByteBuffer out = ByteBuffer.allocate(OVERHEAD_BYTES + message.length);
        out.put((byte) VERSION).put((byte) kind.code).putShort((short) key.epoch());
        out.putInt(senderIndex).putInt(boot).putInt((int) counter++);
        byte[] sealed = out.array();
        try {
            start(Cipher.ENCRYPT_MODE, key, sealed, receiverIndex);
            cipher.doFinal(message, 0, message.length, sealed, HEADER_BYTES);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("seal " + message.length + " bytes: " + e.getMessage(), e);
        }
    }

    /**
     * Opens what came for us. Never throws, whatever the bytes.
     *
     * @param known whether a peer has this sender index
     */
    public Opened open(Kind kind, byte[] sealed, IntPredicate known) {
        if (sealed.length < OVERHEAD_BYTES) {
            return new Opened.Dropped(DropReason.TOO_SHORT);
        }
        if (sealed.length > kind.bytesMax) {
            return new Opened.Dropped(DropReason.TOO_LARGE);
        }
        ByteBuffer in = ByteBuffer.wrap(sealed);
        if (in.get() != VERSION) {
            return new Opened.Dropped(DropReason.UNKNOWN_VERSION);
        }
        if (in.get() != kind.code) {
            return new Opened.Dropped(DropReason.UNKNOWN_KIND);
        }
        KeyRing.Key key = ring.opening(in.getShort() & 0xffff);
        if (key == null) {
            return new Opened.Dropped(DropReason.UNKNOWN_KEY);
        }
        int from = in.getInt();
        if (!known.test(from)) {
            return new Opened.Dropped(DropReason.UNKNOWN_SENDER);
        }
        return openFresh(new Sender(from, kind), in.getInt(), in.getInt() & 0xffff_ffffL, key, sealed);
    }

    /** Forgets the replay windows of senders that are no peers any more. */
    public void retain(IntPredicate known) {
        heard.keySet().removeIf(sender -> !known.test(sender.index()));
    }

    /**
     * Forgets what was heard under boot numbers that the manager has not given: somebody who has the shared key spoke in the
     * sender's name, and the sender itself would stay unheard.
     *
     * @param told of a sender index that {@link #retain} kept, 0 = not told
     */
    public void boots(IntUnaryOperator told) {
        heard.entrySet().removeIf(entry -> {
            int boot = told.applyAsInt(entry.getKey().index());
            return boot != 0 && Integer.compareUnsigned(entry.getValue().boot, boot) > 0;
        });
    }

    private Opened openFresh(Sender sender, int theirBoot, long theirCounter, KeyRing.Key key, byte[] sealed) {
        Heard before = heard.get(sender);
        int newer = before == null ? 1 : Integer.compareUnsigned(theirBoot, before.boot);
        if (newer < 0) {
            return new Opened.Dropped(DropReason.OLD_BOOT);
        }
        if (newer == 0 && !before.window.mayAccept(theirCounter)) {
            return new Opened.Dropped(DropReason.REPLAYED);
        }
        byte[] message;
        try {
            start(Cipher.DECRYPT_MODE, key, sealed, senderIndex);
            message = cipher.doFinal(sealed, HEADER_BYTES, sealed.length - HEADER_BYTES);
        } catch (AEADBadTagException e) {
            return new Opened.Dropped(DropReason.BAD_TAG);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("open " + sealed.length + " bytes: " + e.getMessage(), e);
        }
        if (newer > 0) {
            before = new Heard(theirBoot);
            heard.put(sender, before);
        }
        before.window.accept(theirCounter);
        return new Opened.Message(sender.index(), message);
    }

    private void start(int mode, KeyRing.Key key, byte[] header, int receiverIndex) throws GeneralSecurityException {
        cipher.init(mode, key.secret(), new GCMParameterSpec(TAG_BITS, header, 4, 12));
        cipher.updateAAD(header, 0, HEADER_BYTES);
        cipher.updateAAD(ByteBuffer.allocate(4).putInt(0, receiverIndex));
    }
}
