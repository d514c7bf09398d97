package io.swarmnet.model.session;

import io.swarmnet.model.id.ClusterId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.net.HostPort;
import io.swarmnet.model.object.NodeDescription;
import io.swarmnet.model.object.NodeRole;
import java.util.List;

/**
 * What is said on port 2377 (details D): {@code swarmnet-join/1} carries the first group, {@code swarmnet-session/1} the
 * second. Each message is one frame.
 */
public sealed interface SessionMessage {
    // ---- swarmnet-join/1, no client certificate

    /** Asks for the root certificate, which the joiner checks against the digest in its token before it says more. */
    record RootRequest() implements SessionMessage {}

    record RootAnswer(String rootCertificatePem) implements SessionMessage {}

    /**
     * @param csrPem PKCS #10, ECDSA P-256
     * @param secret the second half of the token
     */
    record CertificateRequest(String csrPem, String secret, String hostname) implements SessionMessage {
        @Override
        public String toString() {
            return "CertificateRequest[hostname=" + hostname + "]";
        }
    }

    record CertificateAnswer(
            NodeId node, ClusterId cluster, NodeRole role, String certificatePem, String rootCertificatePem)
            implements SessionMessage {}

    // ---- swarmnet-session/1, certificate of a worker or manager of this swarm

    /** First message of a session, and again whenever the description changes. */
    record Hello(NodeDescription description) implements SessionMessage {}

    /**
     * Answer to the first {@link Hello}.
     *
     * @param boot number of this session, part of each gossip nonce
     * @param senderIndex the node's gossip sender index
     * @param keepaliveMillis send something at least this often; three silent periods end the session
     * @param managers where managers listen now
     * @param dataPathPort of the swarm, used unless the node's own configuration names another
     */
    record Welcome(int boot, int senderIndex, long keepaliveMillis, List<HostPort> managers, int dataPathPort)
            implements SessionMessage {}

    record Assign(Assignment assignment) implements SessionMessage {}

    /** @param sequence counts this session's reports from 1; the answer names it */
    record Report(long sequence, List<TaskUpdate> updates) implements SessionMessage {}

    /** The report and all before it in this session are committed: the node may forget them. */
    record ReportStored(long sequence) implements SessionMessage {}

    /** @param clockMillis the sender's clock, milliseconds since 1970; 0 = not told, as builds before this field have it */
    record Keepalive(long clockMillis) implements SessionMessage {}

    /** The manager asks the node (logs, exec); {@code body} is the {@link io.swarmnet.model.wire.Encoding} of a {@link NodeRequest}. */
    record Ask(long call, byte[] body) implements SessionMessage {}

    /** @param error null when {@code body} holds the answer */
    record Answer(long call, byte[] body, String error) implements SessionMessage {}

    /** The node goes for good: {@code swarm leave}. */
    record Leave() implements SessionMessage {}

    /** The other side is refused or not understood. {@code httpStatus} as the REST layer would have it. */
    record Refusal(int httpStatus, String message) implements SessionMessage {}
}
