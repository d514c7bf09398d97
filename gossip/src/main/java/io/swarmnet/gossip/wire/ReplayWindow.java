package io.swarmnet.gossip.wire;

/** Which of a sender's last counters were seen: a sliding window as in RFC 4303 section 3.4.3. */
final class ReplayWindow {
    /** Counters further back than this are refused. */
    static final int BITS = 2_048;

    private final long[] seen = new long[BITS / 64];
    private long highest = -1;

    /** Whether the counter may still be accepted. Changes nothing: the packet is not verified yet. */
    boolean mayAccept(long counter) {
        if (counter > highest) {
            return true;
        }
        return highest - counter < BITS && (seen[index(counter)] & bit(counter)) == 0;
    }

    /** The packet with the counter was verified. */
    void accept(long counter) {
        if (counter > highest) {
            if (counter - highest >= BITS) {
                java.util.Arrays.fill(seen, 0);
            } else {
                for (long passed = highest + 1; passed <= counter; passed++) {
                    seen[index(passed)] &= ~bit(passed);
                }
            }
            highest = counter;
        }
        seen[index(counter)] |= bit(counter);
    }

    private static int index(long counter) {
        return (int) (counter % BITS) >>> 6;
    }

    private static long bit(long counter) {
        return 1L << (counter & 63);
    }
}
