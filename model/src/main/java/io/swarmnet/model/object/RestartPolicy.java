package io.swarmnet.model.object;

/**
 * When a task that ended is replaced.
 *
 * @param condition {@code none}, {@code on-failure} or {@code any}
 * @param delayMillis between the end and the next start; Docker's default is 5,000
 * @param maxAttempts 0 = without end
 * @param windowMillis in which attempts are counted; 0 = for ever
 */
public record RestartPolicy(String condition, long delayMillis, long maxAttempts, long windowMillis) {
    public static final RestartPolicy DEFAULT = new RestartPolicy("any", 5_000, 0, 0);
}
