package io.swarmnet.manager.store.ratis;

import io.swarmnet.manager.PrivateNamespace;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** A door to no namespace: for tests that are not about where threads live. */
public final class OpenDoor implements PrivateNamespace {
    @Override
    public ThreadFactory threads(String prefix) {
        AtomicInteger count = new AtomicInteger();
        return body -> {
            Thread thread = new Thread(body, prefix + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    public <T> T call(Callable<T> body) throws Exception {
        return body.call();
    }
}
