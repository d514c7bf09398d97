package io.swarmnet.model.object;

/**
 * The secrets of the two join tokens, each 16 random bytes in base 36, padded to 25 characters.
 */
public record JoinSecrets(String worker, String manager) {
    @Override
    public String toString() {
        return "JoinSecrets[hidden]";
    }
}
