package io.swarmnet.model.object;

/**
 * One key of the gossip ring (at most three; the newest sends).
 *
 * @param epoch counts keys from 1
 * @param secret 16 bytes, AES-128
 */
public record GossipKey(int epoch, byte[] secret) {
    @Override
    public String toString() {
        return "GossipKey[epoch=" + epoch + "]";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GossipKey that
                && epoch == that.epoch
                && java.security.MessageDigest.isEqual(secret, that.secret);
    }

    @Override
    public int hashCode() {
        return epoch;
    }
}
