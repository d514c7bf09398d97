package io.swarmnet.linux.process;

import io.swarmnet.linux.KernelException;
import io.swarmnet.linux.libc.Libc;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when processes end, children of ours or not, by pidfd_open(2). Thread-safe; one thread sleeps in poll(2) for all
 * of them and calls the listeners, which hand over at once.
 */
public final class ProcessEnds implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessEnds.class);

    private record Watched(int pidfd, Runnable listener) {}

    private final Pipe wake = Pipe.ourRead();
    private final List<Watched> watched = new ArrayList<>();
    private boolean closed;

    public ProcessEnds(String threadName) {
        Thread thread = new Thread(this::run, threadName);
        thread.setDaemon(true);
        thread.start();
    }

    /** Calls the listener once, when the process ends; false if it has ended already (then nobody is called). */
    public synchronized boolean watch(int pid, Runnable listener) {
        if (closed) {
            return true;
        }
        try {
            watched.add(new Watched(Libc.pidfdOpen(pid), listener));
        } catch (KernelException e) {
            return false;
        }
        wake.write(new byte[1], 0);
        return true;
    }

    private void run() {
        byte[] woken = new byte[64];
        while (true) {
            Poll poll = new Poll().readable(wake.readEnd());
            synchronized (this) {
                if (closed) {
                    watched.forEach(each -> Libc.close(each.pidfd()));
                    wake.close();
                    return;
                }
                watched.forEach(each -> poll.readable(each.pidfd()));
            }
            poll.await(-1);
            List<Watched> ended = new ArrayList<>();
            synchronized (this) {
                if (poll.ready(wake.readEnd())) {
                    wake.read(woken);
                }
                for (Watched each : watched) {
                    if (poll.ready(each.pidfd())) {
                        ended.add(each);
                    }
                }
                watched.removeAll(ended);
            }
            ended.forEach(ProcessEnds::tell);
        }
    }

    private static void tell(Watched ended) {
        Libc.close(ended.pidfd());
        try {
            ended.listener().run();
        } catch (RuntimeException e) {
            LOG.warn("Listener failed", e);
        }
    }

    /** Watches no more; nobody is called. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            wake.write(new byte[1], 0);
        }
    }
}
