package io.swarmnet.gossip.io;

import io.swarmnet.gossip.GossipCounters;
import io.swarmnet.gossip.message.MemberState;
import io.swarmnet.gossip.swim.SwimConfig;
import io.swarmnet.gossip.table.TableConfig;
import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.object.GossipKey;
import io.swarmnet.model.record.EndpointClaim;
import io.swarmnet.model.record.EndpointPhase;
import io.swarmnet.model.record.EndpointState;
import io.swarmnet.model.record.SignedClaim;
import io.swarmnet.model.record.SwimPeer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.PublicKey;
import java.util.List;

/** Gossip of one node. All methods may be called from any thread; events come on the gossip's own Vert.x context. */
public final class Gossip {
    private final GossipCounters counters = new GossipCounters();

    private Gossip() {}

    /**
     * Where and as whom this node gossips.
     *
     * @param bind local address of both sockets
     * @param port UDP and TCP, 0 = any free one
     * @param senderIndex ours, given by the manager
     * @param boot given by the leader with the session; never one that this node has sent with before
     * @param vteps data-path addresses our records carry
     * @param dataPathPort UDP, 1 to 65535
     */
    public record Config(
            NodeId self,
            IpAddress bind,
            int port,
            int senderIndex,
            int boot,
            StateSigner signer,
            List<IpAddress> vteps,
            int dataPathPort,
            SwimConfig swim,
            TableConfig table) {
        /** With the default times. */
        public static Config of(
                NodeId self,
                IpAddress bind,
                int port,
                int senderIndex,
                int boot,
                StateSigner signer,
                List<IpAddress> vteps,
                int dataPathPort) {
            return new Config(
                    self,
                    bind,
                    port,
                    senderIndex,
                    boot,
                    signer,
                    vteps,
                    dataPathPort,
                    SwimConfig.DEFAULT,
                    TableConfig.DEFAULT);
        }
    }

    /** What the worker hears, on the gossip's context. Only about other nodes: a node knows its own endpoints. */
    public interface Events {
        /** A record is new or has changed; its phase is UP or DRAINING. */
        void record(NetworkId network, EndpointClaim claim, EndpointState state);

        /** The record is gone for good: withdrawn by its node, or its node left the network or the swarm. */
        void withdrawn(NetworkId network, EndpointClaim claim);

        /** The node is suspect, dead or gone (true), or back (false). Its records stay; FDB entries should too. */
        void suspended(NodeId node, boolean suspended);

        /** What the node is believed to be has changed. */
        void member(NodeId node, MemberState state);

        /** All 2^32 counters of this boot are used: nothing is sent until {@link Gossip#boot} brings a new one. */
        void bootExhausted();
    }

    public static Gossip create(Vertx vertx, Config config, Events events) {
        return new Gossip();
    }

    /** Binds both sockets. The result is the port. Fails with the address when it cannot be bound. */
    public Future<Integer> start() {
        return Future.failedFuture("gossip's driver is not built yet");
    }

    /** The whole list from the manager, ourselves in it or not. New peers are probed; those gone from it are forgotten. */
    public void peers(List<SwimPeer> peers) {}

    /** The ring, newest last: the newest seals, all open. At most three. */
    public void keys(List<GossipKey> ring) {}

    /** The swarm's key for claims. Records that come before it are dropped and counted. */
    public void claimKey(PublicKey key) {}

    /** A new boot number, after {@link Events#bootExhausted} or with a new session. */
    public void boot(int boot) {}

    /** This node has an endpoint in the network from now on: its table is fetched and kept. */
    public void join(NetworkId network) {}

    /** Drops the network's table, after withdrawals of ours still under way are sent. No events for what is dropped. */
    public void leave(NetworkId network) {}

    /** Our endpoint: its state is signed and pushed to the network's nodes at once. Joins the network if need be. */
    public void publish(SignedClaim claim, EndpointPhase phase) {}

    /** Our endpoint is gone: said to the network's nodes at once. */
    public void withdraw(NetworkId network, EndpointId endpoint) {}

    /** Closes everything. With a goodbye the others suspend our records at once, without it after their suspicion. */
    public Future<Void> stop(boolean sayGoodbye) {
        return Future.succeededFuture();
    }

    public GossipCounters counters() {
        return counters;
    }
}
