package io.swarmnet.dns.io;

import io.swarmnet.dns.names.SandboxNames;
import io.vertx.core.Future;
import java.net.InetSocketAddress;

/** A sandbox being served. */
public interface Registration {
    /** Whose names are answered; change its networks there. */
    SandboxNames names();

    /** Where UDP questions are taken, in the sandbox's namespace. */
    InetSocketAddress udpAddress();

    /** Where TCP connections are taken, in the sandbox's namespace. */
    InetSocketAddress tcpAddress();

    /** Stops serving and closes both sockets and all TCP connections; from any thread, again and again. */
    Future<Void> close();
}
