package io.swarmnet.gossip;

import io.swarmnet.gossip.message.Draft;
import io.swarmnet.gossip.message.DropReason;
import io.swarmnet.gossip.message.Effect;
import io.swarmnet.gossip.message.Evidence;
import io.swarmnet.gossip.message.GossipCounters;
import io.swarmnet.gossip.message.GossipMessage;
import io.swarmnet.gossip.message.MemberState;
import io.swarmnet.gossip.message.Rumor;
import io.swarmnet.gossip.swim.Swim;
import io.swarmnet.gossip.swim.SwimConfig;
import io.swarmnet.gossip.table.Membership;
import io.swarmnet.gossip.table.TableConfig;
import io.swarmnet.gossip.table.Tables;
import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.record.EndpointPhase;
import io.swarmnet.model.record.SignedClaim;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * All that one node's gossip decides: failure detection and tables, introduced to one another. Pure: the driver brings
 * messages, signatures and time, and carries the effects out in order. Not thread-safe.
 */
public final class GossipCore {
    private final Swim swim;
    private final Tables tables;

    /**
     * @param boot upper half of the first incarnation and Lamport time, unsigned; higher than any before
     * @param vteps data-path addresses of our records
     */
    public GossipCore(
            SwimConfig swimConfig,
            TableConfig tableConfig,
            NodeId self,
            int boot,
            List<IpAddress> vteps,
            int dataPathPort,
            RandomGenerator random,
            GossipCounters counters,
            long nowMillis) {
        // 31 bits are enough for 60 years of a session a second, and keep the sign out of every comparison.
        long start = (boot & 0x7fffffffL) << 32;
        swim = new Swim(swimConfig, self, start, random, counters, nowMillis);
        tables = new Tables(tableConfig, self, vteps, dataPathPort, start, random, counters, new MembershipOfSwim());
    }

    private final class MembershipOfSwim implements Membership {
        @Override
        public boolean knows(NodeId node) {
            return swim.state(node) != null;
        }

        @Override
        public boolean reachable(NodeId node) {
            MemberState state = swim.state(node);
            return state == MemberState.ALIVE || state == MemberState.SUSPECT;
        }

        @Override
        public void spread(Rumor.OfHoldings holdings) {
            swim.spread(holdings);
        }
    }

    public List<Effect> members(Set<NodeId> nodes, long nowMillis) {
        List<NodeId> before = List.copyOf(swim.nodes());
        List<Effect> effects = new ArrayList<>(digest(swim.members(nodes, nowMillis)));
        for (NodeId node : before) {
            if (!nodes.contains(node)) {
                effects.addAll(tables.forget(node));
            }
        }
        return effects;
    }

    /** @param boots see {@link Swim#boots} */
    public List<Effect> boots(Map<NodeId, Integer> boots) {
        return digest(swim.boots(boots));
    }

    public List<Effect> onMessage(NodeId from, GossipMessage message, long nowMillis) {
        if (message instanceof GossipMessage.OfSwim ofSwim) {
            return digest(swim.onMessage(from, ofSwim, nowMillis));
        }
        return tables.onMessage(from, (GossipMessage.OfTable) message, nowMillis);
    }

    public List<Effect> onTimeout(long nowMillis) {
        List<Effect> effects = new ArrayList<>();
        if (swim.nextTimeoutMillis() <= nowMillis) {
            effects.addAll(digest(swim.onTimeout(nowMillis)));
        }
        if (tables.nextTimeoutMillis() <= nowMillis) {
            effects.addAll(tables.onTimeout(nowMillis));
        }
        return effects;
    }

    /** When {@link #onTimeout} is wanted next, at the latest. Changes with every call of any method. */
    public long nextTimeoutMillis() {
        return Math.min(swim.nextTimeoutMillis(), tables.nextTimeoutMillis());
    }

    public List<Effect> join(NetworkId network, long nowMillis) {
        return tables.join(network, nowMillis);
    }

    public List<Effect> leave(NetworkId network) {
        return tables.leave(network);
    }

    public List<Effect> publish(SignedClaim claim, EndpointPhase phase, long nowMillis) {
        return tables.publish(claim, phase, nowMillis);
    }

    public List<Effect> withdraw(NetworkId network, EndpointId endpoint) {
        return tables.withdraw(network, endpoint);
    }

    /** @param signature null when it could not be made */
    public List<Effect> signed(Draft draft, byte[] signature, long nowMillis) {
        return tables.signed(draft, signature, nowMillis);
    }

    /** @param refused null when the signatures are right */
    public List<Effect> checked(Evidence evidence, DropReason refused, long nowMillis) {
        return tables.checked(evidence, refused, nowMillis);
    }

    public List<Effect> goodbye() {
        return swim.leave();
    }

    public Swim swim() {
        return swim;
    }

    public Tables tables() {
        return tables;
    }

    /** Takes in what failure detection tells the tables, and adds what they want done. */
    private List<Effect> digest(List<Effect> ofSwim) {
        List<Effect> effects = new ArrayList<>();
        for (Effect effect : ofSwim) {
            if (effect instanceof Effect.Heard heard) {
                effects.addAll(tables.heard(heard.holdings()));
                continue;
            }
            effects.add(effect);
            if (effect instanceof Effect.MemberChanged changed) {
                boolean was = changed.before() != MemberState.ALIVE;
                boolean is = changed.state() != MemberState.ALIVE;
                if (was != is) {
                    effects.add(new Effect.Suspended(changed.node(), is));
                }
                effects.addAll(tables.memberChanged(changed.node(), changed.state()));
            }
        }
        return effects;
    }
}
