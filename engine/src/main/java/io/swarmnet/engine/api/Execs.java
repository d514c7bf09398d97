package io.swarmnet.engine.api;

import io.swarmnet.model.error.NotFoundException;
import io.swarmnet.model.error.UnavailableException;
import io.swarmnet.model.id.Ids;
import io.swarmnet.worker.container.Containers;
import java.security.SecureRandom;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** Execs from their creation until some time after their end. At most {@value #MAX}; the oldest that does not run goes. */
final class Execs {
    static final int MAX = 1_000;

    private final SecureRandom random = new SecureRandom();
    private final Map<String, Exec> execs = new LinkedHashMap<>();

    /** One exec. Fields change on the event loop that streams it. */
    static final class Exec {
        final String id;
        final ContainerFinder.Place place;
        final Containers.ExecSpec spec;
        final boolean stdout;
        final boolean stderr;
        final AtomicBoolean started = new AtomicBoolean();
        volatile boolean running;
        volatile int pid;
        volatile Integer exitCode;

        Exec(String id, ContainerFinder.Place place, Containers.ExecSpec spec, boolean stdout, boolean stderr) {
            this.id = id;
            this.place = place;
            this.spec = spec;
            this.stdout = stdout;
            this.stderr = stderr;
        }
    }

    synchronized Exec create(ContainerFinder.Place place, Containers.ExecSpec spec, boolean stdout, boolean stderr) {
        if (execs.size() >= MAX) {
            dropOne();
        }
        Exec exec = new Exec(Ids.newLocalId(random), place, spec, stdout, stderr);
        execs.put(exec.id, exec);
        return exec;
    }

    private void dropOne() {
        for (Iterator<Exec> all = execs.values().iterator(); all.hasNext(); ) {
            if (!all.next().running) {
                all.remove();
                return;
            }
        }
        throw new UnavailableException("there are " + MAX + " execs running on this node already");
    }

    synchronized Exec find(String id) {
        Exec exec = execs.get(id);
        if (exec == null) {
            throw new NotFoundException("No such exec instance: " + id);
        }
        return exec;
    }
}
