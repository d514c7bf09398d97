package io.swarmnet.deploy.it;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Predicate;

/** Waits for a condition, never for a while. */
final class Wait {
    // Each look may be a docker command: looking more often takes the cores from what is waited for.
    private static final long STEP_MILLIS = 200;

    private Wait() {}

    /** Asks again and again until the answer is right; fails with the last answer, or with what asking last failed with. */
    static <T> T until(String what, Duration limit, Callable<T> question, Predicate<T> right) {
        long end = System.nanoTime() + limit.toNanos();
        Object last;
        do {
            try {
                T answer = question.call();
                if (right.test(answer)) {
                    return answer;
                }
                last = answer;
            } catch (AssertionError | Exception e) {
                last = e;
            }
            pause();
        } while (System.nanoTime() < end);
        return fail(what + ": not within " + limit.toMillis() + " ms; last seen: " + last);
    }

    static void until(String what, Duration limit, Callable<Boolean> condition) {
        until(what, limit, condition, Boolean::booleanValue);
    }

    static void pause() {
        try {
            Thread.sleep(STEP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
