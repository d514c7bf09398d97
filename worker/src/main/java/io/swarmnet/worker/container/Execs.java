package io.swarmnet.worker.container;

import io.swarmnet.model.error.NotFoundException;
import io.swarmnet.model.error.UnavailableException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** The execs of this node, 256 at most; ended ones are remembered five minutes for whoever asks how they ended. */
final class Execs {
    private static final int COUNT_MAX = 256;
    private static final long ENDED_KEPT_NANOS = 300_000_000_000L;

    private final Map<String, RunningExec> byId = new LinkedHashMap<>();

    /** @throws UnavailableException when as many are running as may be */
    synchronized void add(RunningExec exec, long nowNanos) {
        byId.values().removeIf(old -> old.ended() && nowNanos - old.endedNanos() > ENDED_KEPT_NANOS);
        if (byId.size() >= COUNT_MAX) {
            removeOldestEnded();
        }
        byId.put(exec.id(), exec);
    }

    private void removeOldestEnded() {
        for (Iterator<RunningExec> all = byId.values().iterator(); all.hasNext(); ) {
            if (all.next().ended()) {
                all.remove();
                return;
            }
        }
        throw new UnavailableException("too many execs run on this node: " + COUNT_MAX);
    }

    /** The container ended: nobody shall wait for a reader of what its execs wrote above their bound. */
    synchronized void containerEnded(String containerId) {
        byId.values().stream()
                .filter(exec -> !exec.ended() && exec.containerId().equals(containerId))
                .forEach(RunningExec::containerEnded);
    }

    synchronized void remove(String id) {
        byId.remove(id);
    }

    /** @throws NotFoundException {@code No such exec instance: X} */
    synchronized RunningExec find(String id) {
        RunningExec exec = byId.get(id);
        if (exec == null) {
            throw new NotFoundException("No such exec instance: " + id);
        }
        return exec;
    }
}
