package io.swarmnet.worker.network;

import io.swarmnet.gossip.io.Gossip;
import io.swarmnet.gossip.message.MemberState;
import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.object.GossipKey;
import io.swarmnet.model.record.EndpointPhase;
import io.swarmnet.model.record.SignedClaim;
import io.swarmnet.model.record.SwimPeer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.PublicKey;
import java.util.List;
import java.util.Map;

/**
 * The node's gossip from its first session on. It needs a boot number that only a manager gives, so a node whose manager
 * is away runs its networks from what it knew, and speaks when it is given one. Belongs to the worker's context.
 */
public final class NodeGossip implements Announcer {
    private Gossip running; // from the moment it starts: gossip keeps what it is asked meanwhile
    private Future<Integer> started;

    /** Starts it, or gives a running one the new boot number. The future is the port it listens on. */
    public Future<Integer> start(Vertx vertx, Gossip.Config config, Gossip.Events events) {
        if (running != null) {
            running.boot(config.boot());
            return started;
        }
        Gossip starting = Gossip.create(vertx, config, events);
        running = starting;
        started = starting.start()
                .recover(failure -> starting.stop(false).transform(stopped -> Future.failedFuture(failure)))
                .onFailure(failure -> running = running == starting ? null : running);
        return started;
    }

    /** What gossip believes of the other nodes; nothing while it is not running. */
    public Future<Map<NodeId, MemberState>> members() {
        return running == null ? Future.succeededFuture(Map.of()) : running.members();
    }

    public boolean isRunning() {
        return running != null;
    }

    /** What the manager's assignment says of the other nodes, the keys, and who signs claims. */
    public void heardFromManager(List<SwimPeer> peers, List<GossipKey> keys, PublicKey claimKey) {
        if (running != null) {
            running.keys(keys);
            running.claimKey(claimKey);
            running.peers(peers);
        }
    }

    @Override
    public void join(NetworkId network) {
        if (running != null) {
            running.join(network);
        }
    }

    @Override
    public void leave(NetworkId network) {
        if (running != null) {
            running.leave(network);
        }
    }

    @Override
    public void up(SignedClaim claim) {
        if (running != null) {
            running.publish(claim, EndpointPhase.UP);
        }
    }

    @Override
    public void down(NetworkId network, EndpointId endpoint) {
        if (running != null) {
            running.withdraw(network, endpoint);
        }
    }

    /** @param goodbye the node leaves the swarm; otherwise only its daemon stops and its endpoints go on */
    public Future<Void> stop(boolean goodbye) {
        if (running == null) {
            return Future.succeededFuture();
        }
        Gossip stopping = running;
        running = null;
        return started.transform(up -> stopping.stop(goodbye));
    }
}
