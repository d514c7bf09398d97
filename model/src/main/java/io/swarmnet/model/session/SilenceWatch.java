package io.swarmnet.model.session;

/**
 * When one end of a session must say something, and when the other has been silent for too long. Pure; both ends keep one
 * and ask it several times a period.
 */
public final class SilenceWatch {
    /** Three silent periods after the one in which the peer spoke last (details G: 4 s of 1 s). */
    public static final int PERIODS = 4;

    private final long periodMillis;
    private long spokeMillis;
    private long heardMillis;
    private long askedMillis;

    /** @param periodMillis the keepalive of the session, 1 and up */
    public SilenceWatch(long periodMillis, long nowMillis) {
        this.periodMillis = periodMillis;
        this.spokeMillis = nowMillis;
        this.heardMillis = nowMillis;
        this.askedMillis = nowMillis;
    }

    public void spoke(long nowMillis) {
        spokeMillis = nowMillis;
    }

    public void heard(long nowMillis) {
        heardMillis = nowMillis;
    }

    public boolean mustSpeak(long nowMillis) {
        // Half a period early, because the asker's timer is late as often as not.
        return nowMillis - spokeMillis >= periodMillis / 2;
    }

    /** How long the peer may still be silent, milliseconds; 0 or less = too long already. */
    public long remainingMillis(long nowMillis) {
        return heardMillis + PERIODS * periodMillis - nowMillis;
    }

    /**
     * How long the other end of a session that has just ended may take to be back: the whole time when it ended by a word or
     * a broken connection (details G: gone for that long), nothing when silence ended it.
     */
    public long graceMillis(long nowMillis) {
        return remainingMillis(nowMillis) > 0 ? PERIODS * periodMillis : 0;
    }

    /** True when the peer has been silent for too long. Ask at least once a period. */
    public boolean isSilent(long nowMillis) {
        // When this process itself stood still, what the peer said meanwhile lies unread in the socket: allow a period
        // more.
        if (nowMillis - askedMillis > 2 * periodMillis) {
            heardMillis = Math.max(heardMillis, nowMillis - (PERIODS - 1) * periodMillis);
        }
        askedMillis = nowMillis;
        return remainingMillis(nowMillis) <= 0;
    }
}
