package io.swarmnet.gossip.io;

import io.swarmnet.gossip.GossipCore;
import io.swarmnet.gossip.message.Draft;
import io.swarmnet.gossip.message.DropReason;
import io.swarmnet.gossip.message.Effect;
import io.swarmnet.gossip.message.Evidence;
import io.swarmnet.gossip.message.GossipCounters;
import io.swarmnet.gossip.message.GossipMessage;
import io.swarmnet.gossip.wire.Decoded;
import io.swarmnet.gossip.wire.Envelope;
import io.swarmnet.gossip.wire.MessageCodec;
import io.swarmnet.gossip.wire.Opened;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.object.GossipKey;
import io.swarmnet.model.record.SwimPeer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.security.PublicKey;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what the core wants, on one context: sends, checks, signs, tells, and keeps the one timer. Nothing here
 * decides.
 */
final class GossipLoop {
    private static final Logger LOG = LoggerFactory.getLogger(GossipLoop.class);

    private final Vertx vertx;
    private final Gossip.Config config;
    private final Gossip.Events events;
    private final GossipCounters counters;
    private final GossipCore core;
    private final Envelope envelope;
    private final Peers peers;
    private final Transport transport;
    private final SignatureCheck signatures = new SignatureCheck();
    private final WorkerExecutor checker;
    private final WorkerExecutor signer;
    private PublicKey claimKey;
    private boolean hasKey;
    private List<SwimPeer> peersBeforeKey;
    private long timer = -1;
    private long timerDueMillis = Long.MAX_VALUE;
    private boolean toldExhausted;
    private boolean stopped;
    private Future<Void> stopping;

    GossipLoop(Vertx vertx, Gossip.Config config, Gossip.Events events, GossipCounters counters) {
        this.vertx = vertx;
        this.config = config;
        this.events = events;
        this.counters = counters;
        this.core = new GossipCore(
                config.swim(),
                config.table(),
                config.self(),
                config.boot(),
                config.vteps(),
                config.dataPathPort(),
                new Random(),
                counters,
                now());
        this.envelope = new Envelope(config.senderIndex(), config.boot());
        this.peers = new Peers(config.self(), config.bind());
        this.transport = new Transport(vertx, config.bind(), counters, this::receive);
        // A thread each: a flood of records to check must not hold up what we have to say.
        this.checker = vertx.createSharedWorkerExecutor("gossip-check-" + config.self() + "-" + config.bind(), 1);
        this.signer = vertx.createSharedWorkerExecutor("gossip-sign-" + config.self() + "-" + config.bind(), 1);
    }

    Future<Integer> start() {
        return transport.start(config.port()).onSuccess(port -> setTimer());
    }

    void peers(List<SwimPeer> list) {
        if (!hasKey) {
            // Greetings that cannot be sealed would be lost, and only the slow comparison would make up for them.
            peersBeforeKey = list;
            return;
        }
        peers.set(list);
        envelope.retain(index -> peers.ofIndex(index) != null);
        envelope.boots(index -> peers.ofIndex(index).boot());
        apply(c -> c.members(peers.nodes(), now()));
        apply(c -> c.boots(peers.boots()));
    }

    void keys(List<GossipKey> ring) {
        envelope.keys(ring, now());
        hasKey = !ring.isEmpty();
        if (hasKey && peersBeforeKey != null) {
            List<SwimPeer> list = peersBeforeKey;
            peersBeforeKey = null;
            peers(list);
        }
    }

    void claimKey(PublicKey key) {
        claimKey = key;
    }

    void boot(int boot) {
        envelope.boot(boot);
        apply(c -> c.boots(Map.of(config.self(), boot)));
        toldExhausted = false;
    }

    /** Lets the core decide something, and does it. */
    void apply(Function<GossipCore, List<Effect>> decision) {
        if (!stopped) {
            perform(decision.apply(core));
            setTimer();
        }
    }

    GossipCore core() {
        return core;
    }

    long now() {
        return System.nanoTime() / 1_000_000;
    }

    Future<Void> stop(boolean sayGoodbye) {
        if (stopping == null) {
            stopping = close(sayGoodbye);
        }
        return stopping;
    }

    private Future<Void> close(boolean sayGoodbye) {
        // After what waits to be signed, so that a withdrawal just asked for still gets out.
        return signer.<Void>executeBlocking(() -> null, true).transform(signed -> {
            if (sayGoodbye) {
                apply(GossipCore::goodbye);
            }
            stopped = true;
            vertx.cancelTimer(timer);
            return transport.stop().eventually(checker::close).eventually(signer::close);
        });
    }

    private void receive(Envelope.Kind kind, byte[] bytes) {
        Opened opened = envelope.open(kind, bytes, index -> peers.ofIndex(index) != null);
        if (opened instanceof Opened.Dropped dropped) {
            counters.drop(dropped.reason());
            return;
        }
        Opened.Message sealed = (Opened.Message) opened;
        Decoded decoded = MessageCodec.decode(sealed.bytes());
        if (decoded instanceof Decoded.Dropped dropped) {
            counters.drop(dropped.reason());
            return;
        }
        Decoded.Message message = (Decoded.Message) decoded;
        for (int i = 0; i < message.skippedRumors(); i++) {
            counters.drop(DropReason.UNKNOWN_RUMOR);
        }
        if (!peers.ofIndex(sealed.senderIndex()).node().equals(message.from())) {
            counters.drop(DropReason.WRONG_SENDER);
            return;
        }
        apply(c -> c.onMessage(message.from(), message.message(), now()));
    }

    private void perform(List<Effect> effects) {
        for (Effect effect : effects) {
            if (effect instanceof Effect.Send send) {
                send(send.to(), send.message());
            } else if (effect instanceof Effect.Check check) {
                check(check.evidence());
            } else if (effect instanceof Effect.Sign sign) {
                sign(sign.draft());
            } else {
                tell(effect);
            }
        }
    }

    private void send(NodeId to, GossipMessage message) {
        Peers.Peer peer = peers.get(to);
        if (peer == null || peer.address() == null) {
            counters.drop(DropReason.UNREACHABLE);
            return;
        }
        byte[] bytes = MessageCodec.encode(config.self(), message);
        boolean stream = message instanceof GossipMessage.Sync
                || bytes.length + Envelope.OVERHEAD_BYTES > Envelope.DATAGRAM_BYTES_MAX;
        if (bytes.length + Envelope.OVERHEAD_BYTES > Envelope.FRAME_BYTES_MAX) {
            counters.drop(DropReason.TOO_LARGE);
            return;
        }
        Envelope.Kind kind = stream ? Envelope.Kind.STREAM : Envelope.Kind.DATAGRAM;
        byte[] sealed = envelope.seal(kind, peer.senderIndex(), bytes, now());
        if (sealed == null) {
            onNotSealed();
        } else if (stream) {
            transport.frame(peer.address(), peer.port(), sealed);
        } else {
            transport.datagram(peer.address(), peer.port(), sealed);
        }
    }

    private void onNotSealed() {
        counters.drop(DropReason.NOT_SEALED);
        if (envelope.exhausted() && !toldExhausted) {
            toldExhausted = true;
            guard(events::bootExhausted);
        }
    }

    private void check(Evidence evidence) {
        NodeId by = evidence instanceof Evidence.OfRecord ofRecord
                ? ofRecord.row().node()
                : ((Evidence.OfHoldings) evidence).holdings().node();
        Peers.Peer peer = peers.get(by);
        PublicKey nodeKey = peer == null ? null : peer.key();
        PublicKey swarmKey = claimKey;
        boolean own = by.equals(config.self());
        counters.signaturesChecked.increment();
        checker.executeBlocking(() -> new Verdict(signatures.check(evidence, swarmKey, nodeKey, own)), true)
                .otherwise(failure -> new Verdict(DropReason.BAD_STATE_SIGNATURE))
                .onSuccess(verdict -> apply(c -> c.checked(evidence, verdict.refused(), now())));
    }

    private record Verdict(DropReason refused) {}

    private void sign(Draft draft) {
        signer.executeBlocking(() -> config.signer().sign(draft.bytes()), true)
                .onFailure(failure -> LOG.error("Signing failed, nothing is said node={}", config.self(), failure))
                .otherwiseEmpty()
                .onSuccess(signature -> apply(c -> c.signed(draft, signature, now())));
    }

    private void tell(Effect effect) {
        if (effect instanceof Effect.MemberChanged changed) {
            LOG.info("Member changed node={} before={} state={}", changed.node(), changed.before(), changed.state());
            guard(() -> events.member(changed.node(), changed.state()));
        } else if (effect instanceof Effect.Suspended suspended) {
            guard(() -> events.suspended(suspended.node(), suspended.suspended()));
        } else if (effect instanceof Effect.RecordChanged changed) {
            guard(() -> events.record(changed.network(), changed.claim(), changed.state()));
        } else if (effect instanceof Effect.RecordWithdrawn withdrawn) {
            guard(() -> events.withdrawn(withdrawn.network(), withdrawn.claim()));
        }
    }

    /** The listener's failure is its own: gossip goes on. */
    private void guard(Runnable event) {
        try {
            event.run();
        } catch (RuntimeException e) {
            LOG.error("A listener to gossip failed node={}", config.self(), e);
        }
    }

    private void setTimer() {
        long next = core.nextTimeoutMillis();
        if (stopped || timer >= 0 && timerDueMillis <= next) {
            return;
        }
        if (timer >= 0) {
            vertx.cancelTimer(timer);
        }
        timerDueMillis = next;
        timer = vertx.setTimer(Math.max(1, Math.min(next - now(), 60_000)), id -> {
            timer = -1;
            apply(c -> c.onTimeout(now()));
        });
    }
}
