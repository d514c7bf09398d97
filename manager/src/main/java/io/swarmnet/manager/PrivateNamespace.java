package io.swarmnet.manager;

import java.util.concurrent.Callable;
import java.util.concurrent.ThreadFactory;

/**
 * The door to the manager's private network namespace (details B), which holds a loopback device and nothing else. The
 * engine makes it, so that the manager needs no arrow to the kernel.
 */
public interface PrivateNamespace {
    /** Threads that live in the namespace; threads they start live there too. */
    ThreadFactory threads(String prefix);

    /** Runs the body on a thread in the namespace and waits for it. */
    <T> T call(Callable<T> body) throws Exception;
}
