package io.swarmnet.gossip.io;

import io.swarmnet.gossip.message.GossipCounters;
import io.swarmnet.gossip.message.MemberState;
import io.swarmnet.gossip.message.Row;
import io.swarmnet.gossip.swim.SwimConfig;
import io.swarmnet.gossip.table.EndpointTable;
import io.swarmnet.gossip.table.TableConfig;
import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.object.GossipKey;
import io.swarmnet.model.record.EndpointClaim;
import io.swarmnet.model.record.EndpointPhase;
import io.swarmnet.model.record.EndpointRecord;
import io.swarmnet.model.record.EndpointState;
import io.swarmnet.model.record.SignedClaim;
import io.swarmnet.model.record.SwimPeer;
import io.swarmnet.model.wire.DecodeException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Gossip of one node. All methods may be called from any thread, in the order they are meant; what is asked before
 * {@link #start} has bound the sockets is done right after. Events come on the gossip's own Vert.x context.
 */
public final class Gossip {
    private final GossipCounters counters = new GossipCounters();
    private final NodeId self;
    private final Context context;
    private final GossipLoop loop;
    private final List<Runnable> early = new ArrayList<>();
    private boolean started;

    private Gossip(Vertx vertx, Config config, Events events) {
        this.self = config.self();
        this.context = vertx.getOrCreateContext();
        this.loop = new GossipLoop(vertx, config, events, counters);
    }

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

    /** Nothing happens before {@link #start}. The context is the caller's, or a new one. */
    public static Gossip create(Vertx vertx, Config config, Events events) {
        return new Gossip(vertx, config, events);
    }

    /** Binds both sockets. The result is the port. Fails with the address when it cannot be bound. */
    public Future<Integer> start() {
        Promise<Integer> bound = Promise.promise();
        context.runOnContext(v -> loop.start()
                .onSuccess(port -> {
                    started = true;
                    early.forEach(Runnable::run);
                    early.clear();
                })
                .onComplete(bound));
        return bound.future();
    }

    /** The whole list from the manager, ourselves in it or not. New peers are probed; those gone from it are forgotten. */
    public void peers(List<SwimPeer> peers) {
        List<SwimPeer> all = List.copyOf(peers);
        run(() -> loop.peers(all));
    }

    /**
     * The ring, newest last, at most three: all of them open. The newest seals, 10 seconds after it came when there is an
     * older one, so that the other nodes have it too by then.
     *
     * @throws IllegalArgumentException when a key is not of 16 bytes
     */
    public void keys(List<GossipKey> ring) {
        List<GossipKey> all = List.copyOf(ring);
        for (GossipKey key : all) {
            if (key.secret().length != 16) {
                throw new IllegalArgumentException("gossip key " + key.epoch() + " has not 16 bytes");
            }
        }
        run(() -> loop.keys(all));
    }

    /** The swarm's key for claims. Records that come before it are dropped and counted, and come again with the digest. */
    public void claimKey(PublicKey key) {
        run(() -> loop.claimKey(key));
    }

    /** A new boot number, after {@link Events#bootExhausted} or with a new session. */
    public void boot(int boot) {
        run(() -> loop.boot(boot));
    }

    /** This node has an endpoint in the network from now on: its table is fetched and kept. */
    public void join(NetworkId network) {
        run(() -> loop.apply(core -> core.join(network, loop.now())));
    }

    /** Drops the network's table, after withdrawals of ours still under way are sent. No events for what is dropped. */
    public void leave(NetworkId network) {
        run(() -> loop.apply(core -> core.leave(network)));
    }

    /**
     * Our endpoint: its state is signed and pushed to the network's nodes at once. Joins the network if need be. Again
     * with another phase or a newer claim as often as that changes.
     *
     * @throws IllegalArgumentException when the claim is unreadable, another node's, or the phase is DOWN
     */
    public void publish(SignedClaim claim, EndpointPhase phase) {
        EndpointClaim opened;
        try {
            opened = claim.open();
        } catch (DecodeException e) {
            throw new IllegalArgumentException("publish: " + e.getMessage(), e);
        }
        if (!self.equals(opened.node()) || phase == EndpointPhase.DOWN) {
            throw new IllegalArgumentException("publish endpoint " + opened.endpoint() + " of node " + opened.node()
                    + " as " + phase + " on node " + self);
        }
        run(() -> loop.apply(core -> core.publish(claim, phase, loop.now())));
    }

    /** Our endpoint is gone: said to the network's nodes at once. Does nothing when it is not published. */
    public void withdraw(NetworkId network, EndpointId endpoint) {
        run(() -> loop.apply(core -> core.withdraw(network, endpoint)));
    }

    /** What each other node is believed to be. */
    public Future<Map<NodeId, MemberState>> members() {
        Promise<Map<NodeId, MemberState>> answer = Promise.promise();
        run(() -> {
            Map<NodeId, MemberState> states = new TreeMap<>();
            loop.core()
                    .swim()
                    .nodes()
                    .forEach(node -> states.put(node, loop.core().swim().state(node)));
            answer.complete(states);
        });
        return answer.future();
    }

    /** The live records of a network, ours too; empty when it is not held. */
    public Future<List<EndpointRecord>> records(NetworkId network) {
        Promise<List<EndpointRecord>> answer = Promise.promise();
        run(() -> {
            EndpointTable table = loop.core().tables().table(network);
            answer.complete(
                    table == null
                            ? List.of()
                            : table.rows().stream().map(Row::record).toList());
        });
        return answer.future();
    }

    /** Closes everything. With a goodbye the others suspend our records at once, without it after their suspicion. */
    public Future<Void> stop(boolean sayGoodbye) {
        Promise<Void> stopped = Promise.promise();
        context.runOnContext(v -> loop.stop(sayGoodbye && started).onComplete(stopped));
        return stopped.future();
    }

    /** Read from any thread. */
    public GossipCounters counters() {
        return counters;
    }

    private void run(Runnable action) {
        context.runOnContext(v -> {
            if (started) {
                action.run();
            } else {
                early.add(action);
            }
        });
    }
}
