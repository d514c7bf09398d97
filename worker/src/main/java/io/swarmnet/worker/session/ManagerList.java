package io.swarmnet.worker.session;

import io.swarmnet.model.net.HostPort;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Which manager is dialled next, and after what pause. Pure; belongs to one event loop. */
final class ManagerList {
    private static final int LIMIT = 32;

    private final RandomGenerator random;
    private final long backoffMillisMin;
    private final long backoffMillisMax;
    private List<HostPort> managers = List.of();
    private int next;
    private int failures;

    ManagerList(RandomGenerator random, long backoffMillisMin, long backoffMillisMax) {
        this.random = random;
        this.backoffMillisMin = backoffMillisMin;
        this.backoffMillisMax = backoffMillisMax;
    }

    /** Those told last come first; those known before stay, in case all that was told is wrong. */
    void learn(List<HostPort> told) {
        HostPort current = managers.isEmpty() ? null : managers.get(next % managers.size());
        Set<HostPort> all = new LinkedHashSet<>(told);
        all.addAll(managers);
        managers = List.copyOf(new ArrayList<>(all).subList(0, Math.min(LIMIT, all.size())));
        next = current == null ? 0 : Math.max(0, managers.indexOf(current));
    }

    List<HostPort> all() {
        return managers;
    }

    HostPort current() {
        return managers.get(next % managers.size());
    }

    void succeeded() {
        failures = 0;
    }

    /** Turns to the next manager. @return the pause before it is dialled, milliseconds */
    long failed() {
        next = (next + 1) % managers.size();
        int doublings = Math.min(failures++ / managers.size(), 20);
        long whole = Math.min(backoffMillisMax, backoffMillisMin << doublings);
        // Half to whole, so that a manager that comes back is not dialled by all nodes at once.
        return whole / 2 + random.nextLong(whole / 2 + 1);
    }
}
