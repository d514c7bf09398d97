package io.swarmnet.dns.names;

import io.swarmnet.model.net.IpAddress;
import java.util.List;

/** What a question gets: records, a response code without records, or the host's name servers. */
public sealed interface Answer {
    /** A records, or AAAA records; never empty, one family, in the order to be sent. */
    record Addresses(List<IpAddress> addresses) implements Answer {}

    /**
     * One PTR record.
     *
     * @param target without final dot
     */
    record Pointer(String target) implements Answer {}

    /** Answers without a record. */
    enum Verdict implements Answer {
        /** NOERROR without answers: the name is ours and has nothing of that type. */
        NO_DATA,
        /** NXDOMAIN: the name could only be ours and is not. */
        NAME_ERROR,
        /** SERVFAIL: there is nobody to ask. */
        SERVER_FAILURE,
        /** REFUSED: a class other than IN. */
        REFUSED,
        /** Not ours: the host's name servers are asked. */
        FORWARD
    }
}
