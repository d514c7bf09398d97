package io.swarmnet.gossip.wire;

import io.swarmnet.gossip.message.DropReason;
import io.swarmnet.gossip.message.GossipMessage;
import io.swarmnet.gossip.message.MemberState;
import io.swarmnet.gossip.message.Rumor;
import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.record.EndpointRecord;
import io.swarmnet.model.record.SignedClaim;
import io.swarmnet.model.record.SignedState;
import io.swarmnet.model.wire.DecodeException;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages into bytes: version, type, sender's node id, then the fields of the type in order. A reader skips types of
 * messages and rumors it does not know, and bytes after the last field it knows, so that later builds can add all three.
 */
public final class MessageCodec {
    /** First byte. Raised only when an old build must not even try. */
    public static final int VERSION = 1;

    private static final int PING = 1;
    private static final int ACK = 2;
    private static final int NACK = 3;
    private static final int PING_REQUEST = 4;
    private static final int RUMORS = 5;
    private static final int COMPARE = 6;
    private static final int SYNC = 7;
    private static final int DIGEST = 16;
    private static final int SUMMARY = 17;
    private static final int RECORDS = 18;

    private static final int RUMOR_OF_MEMBER = 1;
    private static final int RUMOR_OF_HOLDINGS = 2;

    private MessageCodec() {}

    public static byte[] encode(NodeId from, GossipMessage message) {
        ByteWriter out = new ByteWriter();
        out.u8(VERSION).u8(typeOf(message)).id(from.value());
        if (message instanceof GossipMessage.Ping ping) {
            rumors(out.i64(ping.sequence()), ping.rumors());
        } else if (message instanceof GossipMessage.Ack ack) {
            rumors(out.i64(ack.sequence()), ack.rumors());
        } else if (message instanceof GossipMessage.Nack nack) {
            out.i64(nack.sequence());
        } else if (message instanceof GossipMessage.PingRequest request) {
            rumors(out.i64(request.sequence()).id(request.target().value()), request.rumors());
        } else if (message instanceof GossipMessage.Rumors some) {
            rumors(out, some.rumors());
        } else if (message instanceof GossipMessage.Compare compare) {
            out.i64(compare.digest());
        } else if (message instanceof GossipMessage.Sync sync) {
            rumors(out.u8(sync.answer() ? 1 : 0), sync.rumors());
        } else if (message instanceof GossipMessage.Digest digest) {
            out.id(digest.network().value()).i64(digest.digest()).varint(digest.records());
        } else if (message instanceof GossipMessage.Summary summary) {
            summary(out, summary);
        } else if (message instanceof GossipMessage.Records records) {
            records(out, records);
        }
        return out.toBytes();
    }

    /** Never throws, whatever the bytes. */
    public static Decoded decode(byte[] bytes) {
        if (bytes.length < 4) {
            return new Decoded.Dropped(DropReason.TOO_SHORT);
        }
        if (bytes[0] != VERSION) {
            return new Decoded.Dropped(DropReason.UNKNOWN_VERSION);
        }
        try {
            return new Reading(new ByteReader(bytes)).message();
        } catch (DecodeException | IllegalArgumentException e) {
            // Identifiers refuse what is none with an IllegalArgumentException.
            return new Decoded.Dropped(DropReason.MALFORMED);
        }
    }

    private static int typeOf(GossipMessage message) {
        if (message instanceof GossipMessage.Ping) {
            return PING;
        } else if (message instanceof GossipMessage.Ack) {
            return ACK;
        } else if (message instanceof GossipMessage.Nack) {
            return NACK;
        } else if (message instanceof GossipMessage.PingRequest) {
            return PING_REQUEST;
        } else if (message instanceof GossipMessage.Rumors) {
            return RUMORS;
        } else if (message instanceof GossipMessage.Compare) {
            return COMPARE;
        } else if (message instanceof GossipMessage.Sync) {
            return SYNC;
        } else if (message instanceof GossipMessage.Digest) {
            return DIGEST;
        } else if (message instanceof GossipMessage.Summary) {
            return SUMMARY;
        }
        return RECORDS;
    }

    private static void rumors(ByteWriter out, List<Rumor> rumors) {
        out.varint(rumors.size());
        for (Rumor rumor : rumors) {
            ByteWriter body = new ByteWriter().id(rumor.node().value());
            if (rumor instanceof Rumor.OfMember ofMember) {
                body.u8(ofMember.state().ordinal()).varint(ofMember.incarnation());
                body.varint(ofMember.confirmers().size());
                ofMember.confirmers().forEach(node -> body.id(node.value()));
                out.u8(RUMOR_OF_MEMBER);
            } else if (rumor instanceof Rumor.OfHoldings holdings) {
                body.varint(holdings.lamport()).varint(holdings.networks().size());
                holdings.networks().forEach(network -> body.id(network.value()));
                body.blob(holdings.signature());
                out.u8(RUMOR_OF_HOLDINGS);
            }
            out.blob(body.toBytes());
        }
    }

    private static void summary(ByteWriter out, GossipMessage.Summary summary) {
        out.id(summary.network().value()).u8(summary.answer() ? 1 : 0);
        out.varint(summary.entries().size());
        for (GossipMessage.Entry entry : summary.entries()) {
            out.id(entry.endpoint().value()).varint(entry.epoch()).varint(entry.version());
            out.u8(entry.down() ? 1 : 0);
        }
    }

    private static void records(ByteWriter out, GossipMessage.Records records) {
        out.id(records.network().value()).varint(records.records().size());
        for (EndpointRecord record : records.records()) {
            out.blob(record.claim().claim()).blob(record.claim().signature());
            out.blob(record.state().state()).blob(record.state().signature());
        }
    }

    /** One message being read. */
    private static final class Reading {
        private static final MemberState[] STATES = MemberState.values();

        private final ByteReader in;
        private int skippedRumors;

        Reading(ByteReader in) {
            this.in = in;
        }

        Decoded message() throws DecodeException {
            in.u8();
            int type = in.u8();
            NodeId from = new NodeId(in.id());
            GossipMessage message =
                    switch (type) {
                        case PING -> new GossipMessage.Ping(in.i64(), rumors());
                        case ACK -> new GossipMessage.Ack(in.i64(), rumors());
                        case NACK -> new GossipMessage.Nack(in.i64());
                        case PING_REQUEST -> new GossipMessage.PingRequest(in.i64(), new NodeId(in.id()), rumors());
                        case RUMORS -> new GossipMessage.Rumors(rumors());
                        case COMPARE -> new GossipMessage.Compare(in.i64());
                        case SYNC -> new GossipMessage.Sync(in.u8() != 0, rumors());
                        case DIGEST -> new GossipMessage.Digest(new NetworkId(in.id()), in.i64(), smallCount());
                        case SUMMARY -> new GossipMessage.Summary(new NetworkId(in.id()), in.u8() != 0, entries());
                        case RECORDS -> new GossipMessage.Records(new NetworkId(in.id()), records());
                        default -> null;
                    };
            return message == null
                    ? new Decoded.Dropped(DropReason.UNKNOWN_TYPE)
                    : new Decoded.Message(from, message, skippedRumors);
        }

        private int smallCount() throws DecodeException {
            return (int) Math.min(Integer.MAX_VALUE, in.varint() & Long.MAX_VALUE);
        }

        private List<Rumor> rumors() throws DecodeException {
            int count = in.count();
            List<Rumor> rumors = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int type = in.u8();
                ByteReader body = in.part();
                switch (type) {
                    case RUMOR_OF_MEMBER -> rumors.add(ofMember(body));
                    case RUMOR_OF_HOLDINGS -> rumors.add(ofHoldings(body));
                    default -> skippedRumors++;
                }
            }
            return rumors;
        }

        private static Rumor ofMember(ByteReader body) throws DecodeException {
            NodeId node = new NodeId(body.id());
            int state = body.u8();
            long incarnation = nonNegative(body.varint());
            int count = body.count();
            if (state >= STATES.length || count > Rumor.OfMember.CONFIRMERS_MAX) {
                throw new DecodeException("state " + state + " with " + count + " confirmers");
            }
            List<NodeId> confirmers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                confirmers.add(new NodeId(body.id()));
            }
            return new Rumor.OfMember(node, STATES[state], incarnation, confirmers);
        }

        private static Rumor ofHoldings(ByteReader body) throws DecodeException {
            NodeId node = new NodeId(body.id());
            long lamport = nonNegative(body.varint());
            int count = body.count();
            List<NetworkId> networks = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                networks.add(new NetworkId(body.id()));
            }
            return new Rumor.OfHoldings(node, lamport, networks, body.blob());
        }

        private List<GossipMessage.Entry> entries() throws DecodeException {
            int count = in.count();
            List<GossipMessage.Entry> entries = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                entries.add(new GossipMessage.Entry(
                        new EndpointId(in.id()), in.varint(), nonNegative(in.varint()), in.u8() != 0));
            }
            return entries;
        }

        private List<EndpointRecord> records() throws DecodeException {
            int count = in.count();
            List<EndpointRecord> records = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                records.add(new EndpointRecord(
                        new SignedClaim(in.blob(), in.blob()), new SignedState(in.blob(), in.blob())));
            }
            return records;
        }

        /** A count that only grows: its sign would turn every comparison round. */
        private static long nonNegative(long value) throws DecodeException {
            if (value < 0) {
                throw new DecodeException("a negative count");
            }
            return value;
        }
    }
}
