package io.swarmnet.dns.io;

/** What is counted; see {@link DnsCounters}. */
public enum DnsEvent {
    /** A query that could be read. */
    QUERIES,
    /** Answered from the names of our networks, NODATA included. */
    LOCAL_ANSWERS,
    /** NXDOMAIN, SERVFAIL or REFUSED by our own rules, nobody asked. */
    LOCAL_DENIALS,
    /** Did not fit into the asker's UDP size: TC. */
    TRUNCATED,
    /** Less than a header, or a reply: dropped. */
    NOT_A_QUERY,
    /** Could not be read: FORMERR. */
    MALFORMED,
    /** Not opcode 0: NOTIMP. */
    OTHER_OPCODE,
    /** EDNS version above 0: BADVERS. */
    OTHER_EDNS_VERSION,
    /** A failure of ours while answering: SERVFAIL, and a line in the log. */
    FAILURES,
    /** A TCP connection above the bound: closed. */
    TCP_CONNECTIONS_REFUSED,
    /** A TCP connection closed after the idle time. */
    TCP_IDLE_CLOSED,
    /** A sandbox has too many questions waiting for upstream servers: REFUSED. */
    SANDBOX_FORWARDS_REFUSED,
    /** Handed to the forwarder. */
    FORWARDS,
    /** Answered from the cache of upstream replies. */
    CACHE_HITS,
    /** Joined a like question that was on its way. */
    JOINED,
    /** Too many questions on their way: REFUSED. */
    FORWARDS_REFUSED,
    /** Messages sent to upstream servers. */
    UPSTREAM_QUERIES,
    /** An upstream server did not answer in time. */
    UPSTREAM_TIMEOUTS,
    /** An upstream server said SERVFAIL, REFUSED or NOTIMP, or could not be reached. */
    UPSTREAM_ERRORS,
    /** A message of an upstream server that answers nothing we asked. */
    UPSTREAM_MISMATCHES,
    /** No upstream server answered: SERVFAIL. */
    UPSTREAM_EXHAUSTED
}
