package io.swarmnet.gossip.swim;

import io.swarmnet.gossip.message.DropReason;
import io.swarmnet.gossip.message.Effect;
import io.swarmnet.gossip.message.GossipCounters;
import io.swarmnet.gossip.message.MemberState;
import io.swarmnet.gossip.message.Rumor;
import io.swarmnet.model.id.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What this node believes of each member, and the rules by which a rumor changes it (SWIM section 4.2): a higher
 * incarnation wins; at the same one, dead wins over suspect over alive.
 */
final class Members {
    private final SwimConfig config;
    private final Member self;
    private final GossipCounters counters;
    private final RumorQueue rumors;
    private final Consumer<Effect> out;
    private final Map<NodeId, Member> others = new LinkedHashMap<>();
    private boolean leaving;

    Members(
            SwimConfig config,
            NodeId self,
            long incarnation,
            GossipCounters counters,
            RumorQueue rumors,
            Consumer<Effect> out) {
        this.config = config;
        this.self = new Member(self, incarnation);
        this.counters = counters;
        this.rumors = rumors;
        this.out = out;
    }

    Member self() {
        return self;
    }

    Member get(NodeId node) {
        return others.get(node);
    }

    Collection<Member> others() {
        return others.values();
    }

    void add(NodeId node) {
        others.put(node, new Member(node, 0));
    }

    void remove(NodeId node) {
        others.remove(node);
        rumors.forget(node);
    }

    /** Takes an incarnation that began in no boot up to this one for what it is: forged. */
    void bound(NodeId node, int boot) {
        Member member = node.equals(self.node) ? self : others.get(node);
        long first = (boot & 0x7fff_ffffL) << 32;
        if (member == null || member.incarnation <= (first | 0xffff_ffffL)) {
            return;
        }
        member.incarnation = first;
        if (member == self) {
            rumors.add(self.rumor());
        } else {
            member.suspicion = null;
            change(member, MemberState.ALIVE);
        }
    }

    /** Our own probe of the member failed. */
    void suspect(Member member, long nowMillis) {
        if (member.state == MemberState.ALIVE || member.state == MemberState.SUSPECT) {
            onSuspect(member, member.incarnation, List.of(self.node), nowMillis);
        }
    }

    /** @return whether the rumor said something new */
    boolean hear(Rumor.OfMember rumor, long nowMillis) {
        if (rumor.node().equals(self.node)) {
            return hearOfSelf(rumor);
        }
        Member member = others.get(rumor.node());
        if (member == null) {
            counters.drop(DropReason.UNKNOWN_MEMBER);
            return false;
        }
        return switch (rumor.state()) {
            case ALIVE -> onAlive(member, rumor.incarnation());
            case SUSPECT -> onSuspect(member, rumor.incarnation(), confirmersOf(rumor), nowMillis);
            case DEAD -> onDead(member, rumor.incarnation(), confirmersOf(rumor), nowMillis);
            case LEFT -> onLeft(member, rumor.incarnation());
        };
    }

    /** Says goodbye: nothing is refuted from now on. */
    void leave() {
        leaving = true;
        self.state = MemberState.LEFT;
        rumors.add(self.rumor());
    }

    private boolean hearOfSelf(Rumor.OfMember rumor) {
        boolean wrong = rumor.state() != MemberState.ALIVE && rumor.incarnation() >= self.incarnation;
        boolean outrun = rumor.state() == MemberState.ALIVE && rumor.incarnation() > self.incarnation;
        boolean old = rumor.incarnation() < self.incarnation;
        if (leaving || !config.refutes() || !wrong && !outrun && !old) {
            return false;
        }
        // A life before this one can have left a higher count behind: go beyond it, or it would be believed for ever.
        // At the very end there is nothing beyond; the next boot number helps.
        self.incarnation = old ? self.incarnation : Math.max(rumor.incarnation(), rumor.incarnation() + 1);
        rumors.add(self.rumor());
        return wrong;
    }

    private boolean onAlive(Member member, long incarnation) {
        if (incarnation <= member.incarnation) {
            return false;
        }
        member.incarnation = incarnation;
        member.suspicion = null;
        change(member, MemberState.ALIVE);
        return true;
    }

    private boolean onSuspect(Member member, long incarnation, List<NodeId> by, long nowMillis) {
        boolean starts = member.state == MemberState.ALIVE && incarnation >= member.incarnation
                || incarnation > member.incarnation;
        if (starts) {
            member.incarnation = incarnation;
            member.suspicion = newSuspicion(nowMillis);
        } else if (member.state != MemberState.SUSPECT || incarnation < member.incarnation) {
            return false;
        }
        boolean news = false;
        for (NodeId confirmer : by) {
            news |= member.suspicion.confirm(confirmer);
        }
        if (starts) {
            change(member, MemberState.SUSPECT);
        } else if (news) {
            rumors.add(member.rumor());
        }
        expire(member, nowMillis);
        return starts || news;
    }

    private boolean onDead(Member member, long incarnation, List<NodeId> by, long nowMillis) {
        boolean gone = member.state == MemberState.DEAD || member.state == MemberState.LEFT;
        if (incarnation < member.incarnation || gone && incarnation == member.incarnation) {
            return false;
        }
        if (by.size() < confirmersNeeded()) {
            counters.drop(DropReason.UNCONFIRMED_DEATH);
            return onSuspect(member, incarnation, by, nowMillis);
        }
        if (member.suspicion == null || incarnation > member.incarnation) {
            member.suspicion = newSuspicion(nowMillis);
        }
        by.forEach(member.suspicion::confirm);
        member.incarnation = incarnation;
        change(member, MemberState.DEAD);
        return true;
    }

    private boolean onLeft(Member member, long incarnation) {
        if (incarnation < member.incarnation || member.state == MemberState.LEFT && incarnation == member.incarnation) {
            return false;
        }
        member.incarnation = incarnation;
        member.suspicion = null;
        change(member, MemberState.LEFT);
        return true;
    }

    /** Turns suspicions that ran out into deaths, those that enough nodes confirmed. */
    void expire(long nowMillis) {
        new ArrayList<>(others.values()).forEach(member -> expire(member, nowMillis));
    }

    private void expire(Member member, long nowMillis) {
        if (member.state == MemberState.SUSPECT
                && member.suspicion.confirmations() >= confirmersNeeded()
                && member.suspicion.deadlineMillis() <= nowMillis) {
            change(member, MemberState.DEAD);
        }
    }

    /** When {@link #expire(long)} has something to do; a suspicion that waits for a confirmer has no time. */
    long nextExpiryMillis() {
        long next = Long.MAX_VALUE;
        for (Member member : others.values()) {
            if (member.state == MemberState.SUSPECT && member.suspicion.confirmations() >= confirmersNeeded()) {
                next = Math.min(next, member.suspicion.deadlineMillis());
            }
        }
        return next;
    }

    void pauseSuspicions(long millis) {
        for (Member member : others.values()) {
            if (member.state == MemberState.SUSPECT) {
                member.suspicion.pause(millis);
            }
        }
    }

    /** Two, on different nodes; one where the swarm has but two nodes. */
    private int confirmersNeeded() {
        return Math.min(2, others.size());
    }

    private List<NodeId> confirmersOf(Rumor.OfMember rumor) {
        return rumor.confirmers().stream()
                .distinct()
                .filter(by -> !by.equals(rumor.node()))
                .filter(by -> by.equals(self.node) || others.containsKey(by))
                .toList();
    }

    private Suspicion newSuspicion(long nowMillis) {
        double scale = Math.max(1, Math.log10(Math.max(1, others.size())));
        long min = Math.round(config.suspicionMultiplier() * scale * config.probeIntervalMillis());
        return new Suspicion(nowMillis, min, min * config.suspicionMaxFactor(), Math.min(2, others.size() - 1));
    }

    private void change(Member member, MemberState state) {
        MemberState before = member.state;
        member.state = state;
        rumors.add(member.rumor());
        if (before != state) {
            out.accept(new Effect.MemberChanged(member.node, before, state));
        }
    }
}
