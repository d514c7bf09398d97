package io.swarmnet.gossip.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.gossip.message.DropReason;
import io.swarmnet.model.object.GossipKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EnvelopeTest {
    private static final int SENDER = 7;
    private static final int RECEIVER = 8;
    private static final byte[] TEXT = "my-web runs here".getBytes(StandardCharsets.US_ASCII);

    private final Envelope sender = new Envelope(SENDER, 1);
    private final Envelope receiver = new Envelope(RECEIVER, 1);

    EnvelopeTest() {
        sender.keys(List.of(key(1)), 0);
        receiver.keys(List.of(key(1)), 0);
    }

    @Test
    void opensWhatWasSealedForIt() {
        byte[] sealed = seal();
        assertEquals(TEXT.length + Envelope.OVERHEAD_BYTES, sealed.length);
        assertFalse(new String(sealed, StandardCharsets.ISO_8859_1).contains("my-web"));
        Opened.Message opened = assertInstanceOf(Opened.Message.class, open(sealed));
        assertEquals(SENDER, opened.senderIndex());
        assertArrayEquals(TEXT, opened.bytes());
    }

    @Test
    void replayedDatagramIsDropped() {
        byte[] sealed = seal();
        assertInstanceOf(Opened.Message.class, open(sealed));
        assertEquals(DropReason.REPLAYED, reason(open(sealed)));
    }

    @Test
    void datagramsMayComeInAnyOrderWithinTheWindow() {
        List<byte[]> sealed = new ArrayList<>();
        for (int i = 0; i < ReplayWindow.BITS; i++) {
            sealed.add(seal());
        }
        Collections.shuffle(sealed, new Random(3));
        sealed.forEach(each -> assertInstanceOf(Opened.Message.class, open(each)));
        sealed.forEach(each -> assertEquals(DropReason.REPLAYED, reason(open(each))));
    }

    @Test
    void aDatagramBehindTheWindowIsDropped() {
        byte[] late = seal();
        for (int i = 0; i < ReplayWindow.BITS; i++) {
            open(seal());
        }
        assertEquals(DropReason.REPLAYED, reason(open(late)));
    }

    @Test
    void aForgedDatagramDoesNotMoveTheWindow() {
        byte[] forged = seal();
        forged[12] = 0x7f;
        assertEquals(DropReason.BAD_TAG, reason(open(forged)));
        assertInstanceOf(Opened.Message.class, open(seal()));
    }

    @Test
    void everyByteOfTheHeaderIsBound() {
        for (int i = 0; i < Envelope.HEADER_BYTES; i++) {
            byte[] sealed = seal();
            sealed[i] ^= 1;
            assertInstanceOf(Opened.Dropped.class, open(sealed), "byte " + i);
        }
    }

    /** Who has the shared key can seal in another's name; the manager's word ends it. */
    @Test
    void aBootThatWasNeverGivenDoesNotMuteTheSenderForEver() {
        byte[] genuine = seal();
        Envelope thief = new Envelope(SENDER, 0x7fff_ffff);
        thief.keys(List.of(key(1)), 0);
        assertInstanceOf(Opened.Message.class, open(thief.seal(Envelope.Kind.DATAGRAM, RECEIVER, TEXT, 0)));
        assertEquals(DropReason.OLD_BOOT, reason(open(genuine)));
        receiver.boots(index -> 0);
        assertEquals(DropReason.OLD_BOOT, reason(open(genuine)), "nothing was told");
        receiver.boots(index -> 9);
        assertInstanceOf(Opened.Message.class, open(genuine));
        receiver.boots(index -> 9);
        assertEquals(DropReason.REPLAYED, reason(open(genuine)), "what may be true stays");
    }

    @Test
    void whatWasCaughtOnItsWayToOneNodeOpensAtNoOther() {
        Envelope other = new Envelope(9, 1);
        other.keys(List.of(key(1)), 0);
        Opened opened = other.open(Envelope.Kind.DATAGRAM, seal(), index -> true);
        assertEquals(DropReason.BAD_TAG, reason(opened));
    }

    @Test
    void unknownSenderIndexIsDroppedBeforeAnythingIsDecrypted() {
        Opened opened = receiver.open(Envelope.Kind.DATAGRAM, seal(), index -> index != SENDER);
        assertEquals(DropReason.UNKNOWN_SENDER, reason(opened));
    }

    @Test
    void aDatagramIsNoStreamFrame() {
        assertEquals(DropReason.UNKNOWN_KIND, reason(receiver.open(Envelope.Kind.STREAM, seal(), index -> true)));
    }

    @Test
    void anOlderBootIsDropped() {
        byte[] old = seal();
        sender.boot(2);
        assertInstanceOf(Opened.Message.class, open(seal()));
        assertEquals(DropReason.OLD_BOOT, reason(open(old)));
    }

    @Test
    void noNonceIsUsedTwice() {
        Set<String> nonces = new HashSet<>();
        for (int i = 0; i < 2_000; i++) {
            if (i == 1_000) {
                sender.boot(2);
            }
            byte[] sealed = sender.seal(i % 2 == 0 ? Envelope.Kind.DATAGRAM : Envelope.Kind.STREAM, i % 3, TEXT, 0);
            assertTrue(nonces.add(Arrays.toString(Arrays.copyOfRange(sealed, 4, 16))));
        }
        sender.boot(2);
        assertTrue(nonces.add(Arrays.toString(Arrays.copyOfRange(seal(), 4, 16))));
    }

    @Test
    void aSpentBootSealsNothingUntilANewOneComes() {
        Envelope spent = new Envelope(SENDER, 1, 0xffff_ffffL);
        spent.keys(List.of(key(1)), 0);
        assertNotNull(spent.seal(Envelope.Kind.DATAGRAM, RECEIVER, TEXT, 0));
        assertTrue(spent.exhausted());
        assertNull(spent.seal(Envelope.Kind.DATAGRAM, RECEIVER, TEXT, 0));
        spent.boot(2);
        assertInstanceOf(Opened.Message.class, open(spent.seal(Envelope.Kind.DATAGRAM, RECEIVER, TEXT, 0)));
    }

    @Test
    void withoutAKeyNothingIsSealed() {
        assertNull(new Envelope(SENDER, 1).seal(Envelope.Kind.DATAGRAM, RECEIVER, TEXT, 0));
    }

    @Test
    void keyRotationLosesNothingThoughRingsArriveAtDifferentTimes() {
        Random random = new Random(5);
        List<GossipKey> ring = new ArrayList<>(List.of(key(1)));
        long senderGets = 0;
        long receiverGets = 0;
        List<GossipKey> senderRing = List.copyOf(ring);
        List<GossipKey> receiverRing = List.copyOf(ring);
        int epoch = 1;
        for (long now = 0; now < 300_000; now += 100) {
            if (now % 30_000 == 0) {
                ring.add(key(++epoch));
                if (ring.size() > 3) {
                    ring.remove(0);
                }
                senderGets = now + random.nextInt(8_000);
                receiverGets = now + random.nextInt(8_000);
            }
            if (now >= senderGets) {
                senderRing = List.copyOf(ring);
                sender.keys(senderRing, now);
            }
            if (now >= receiverGets) {
                receiverRing = List.copyOf(ring);
                receiver.keys(receiverRing, now);
            }
            byte[] sealed = sender.seal(Envelope.Kind.DATAGRAM, RECEIVER, TEXT, now);
            assertInstanceOf(Opened.Message.class, open(sealed), "at " + now);
        }
        byte[] last = sender.seal(Envelope.Kind.DATAGRAM, RECEIVER, TEXT, 300_000);
        assertEquals(epoch, last[3]);
    }

    @Test
    void aKeyThatLeftTheRingOpensNothing() {
        byte[] sealed = seal();
        receiver.keys(List.of(key(2), key(3), key(4)), 0);
        assertEquals(DropReason.UNKNOWN_KEY, reason(open(sealed)));
    }

    @Test
    void garbageIsCountedAndNeverThrows() {
        Random random = new Random(11);
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            if (bytes.length > 8 && i % 2 == 0) {
                bytes[0] = 1;
                bytes[1] = 1;
                bytes[2] = 0;
                bytes[3] = 1;
            }
            assertInstanceOf(Opened.Dropped.class, open(bytes));
        }
        assertEquals(DropReason.TOO_LARGE, reason(open(new byte[1_401])));
        assertEquals(DropReason.TOO_SHORT, reason(open(new byte[0])));
    }

    private byte[] seal() {
        return sender.seal(Envelope.Kind.DATAGRAM, RECEIVER, TEXT, 0);
    }

    private Opened open(byte[] sealed) {
        return receiver.open(Envelope.Kind.DATAGRAM, sealed, index -> true);
    }

    private static DropReason reason(Opened opened) {
        return ((Opened.Dropped) opened).reason();
    }

    private static GossipKey key(int epoch) {
        byte[] secret = new byte[16];
        Arrays.fill(secret, (byte) epoch);
        return new GossipKey(epoch, secret);
    }
}
