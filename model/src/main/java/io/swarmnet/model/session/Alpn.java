package io.swarmnet.model.session;

import java.util.List;

/** The application protocols of port 2377 (details D): what a connection may carry is decided by these alone. */
public final class Alpn {
    /** No client certificate: root certificate, CSR and secret. */
    public static final String JOIN = "swarmnet-join/1";

    /** Certificate of a worker or manager of the swarm: assignments, status, questions. */
    public static final String SESSION = "swarmnet-session/1";

    /** Certificate of a manager: what managers say to each other. */
    public static final String CLUSTER = "swarmnet-cluster/1";

    public static final List<String> ALL = List.of(JOIN, SESSION, CLUSTER);

    private Alpn() {}
}
