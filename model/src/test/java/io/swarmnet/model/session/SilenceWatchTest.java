package io.swarmnet.model.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SilenceWatchTest {
    @Test
    void fourPeriodsWithoutAWordAreTooLong() {
        SilenceWatch watch = new SilenceWatch(1_000, 0);
        long now = 0;
        while (!watch.isSilent(now)) {
            now += 250;
        }
        assertEquals(4_000, now);
    }

    @Test
    void eachWordBeginsTheCountAnew() {
        SilenceWatch watch = new SilenceWatch(1_000, 0);
        for (long now = 0; now < 60_000; now += 250) {
            assertFalse(watch.isSilent(now));
            if (now % 3_000 == 0) {
                watch.heard(now);
            }
        }
    }

    @Test
    void whoStoodStillItselfAllowsThePeerAPeriodMore() {
        SilenceWatch watch = new SilenceWatch(1_000, 0);
        assertFalse(watch.isSilent(90_000));
        assertFalse(watch.isSilent(90_500));
        assertTrue(watch.isSilent(91_000));
    }

    @Test
    void whoBrokeOffHasTheWholeGraceAndWhoFellSilentNone() {
        SilenceWatch watch = new SilenceWatch(1_000, 0);
        watch.heard(100);
        // the word before the break was 900 ms ago: the grace still counts from the break
        assertEquals(4_000, watch.graceMillis(1_000));
        assertEquals(4_000, watch.graceMillis(4_099));
        assertEquals(0, watch.graceMillis(4_100));
    }

    @Test
    void speaksWithinAPeriod() {
        SilenceWatch watch = new SilenceWatch(1_000, 0);
        assertFalse(watch.mustSpeak(250));
        assertTrue(watch.mustSpeak(500));
        watch.spoke(500);
        assertFalse(watch.mustSpeak(750));
    }
}
