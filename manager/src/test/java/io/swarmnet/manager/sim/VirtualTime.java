package io.swarmnet.manager.sim;

import java.util.Comparator;
import java.util.PriorityQueue;

/** Events in the order of their time, in one thread. */
final class VirtualTime {
    private record Event(long millis, long order, Runnable body) {}

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::millis).thenComparingLong(Event::order));
    private long order;
    private long now;

    VirtualTime(long start) {
        now = start;
    }

    long now() {
        return now;
    }

    void in(long millis, Runnable body) {
        events.add(new Event(now + millis, order++, body));
    }

    void runUntil(long end) {
        while (!events.isEmpty() && events.peek().millis() <= end) {
            Event event = events.poll();
            now = event.millis();
            event.body().run();
        }
        now = end;
    }
}
