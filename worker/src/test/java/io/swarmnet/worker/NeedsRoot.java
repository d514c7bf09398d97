package io.swarmnet.worker;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Tests that touch the kernel skip without root, and fail instead where CI is set. */
public final class NeedsRoot {
    private NeedsRoot() {}

    public static void check() {
        boolean root = "root".equals(System.getProperty("user.name"));
        if (System.getenv("CI") != null) {
            assertTrue(root, "CI is set and this test needs root");
        }
        assumeTrue(root, "needs root");
    }
}
