package io.swarmnet.bench;

import io.swarmnet.gossip.message.GossipMessage;
import io.swarmnet.gossip.wire.Decoded;
import io.swarmnet.gossip.wire.Envelope;
import io.swarmnet.gossip.wire.MessageCodec;
import io.swarmnet.gossip.wire.Opened;
import io.swarmnet.model.object.GossipKey;
import io.swarmnet.model.record.EndpointClaim;
import io.swarmnet.model.wire.DecodeException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One record on its way to another node: encoded, sealed, opened, decoded. Signatures are checked elsewhere. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class GossipBenchmark {
    private static final int SENDER = 1;
    private static final int RECEIVER = 2;

    private final Envelope sender = new Envelope(SENDER, 1);
    private final Envelope receiver = new Envelope(RECEIVER, 1);
    private final GossipMessage message = new GossipMessage.Records(Samples.NETWORK, List.of(Samples.record(0)));
    private final EndpointClaim claim = Samples.claim(0);
    private byte[] plain;
    private int boot = 1;

    @Setup
    public void keys() {
        List<GossipKey> ring = List.of(new GossipKey(1, new byte[16]));
        sender.keys(ring, 0);
        receiver.keys(ring, 0);
        plain = MessageCodec.encode(Samples.NODE, message);
        if (!(MessageCodec.decode(plain) instanceof Decoded.Message) || !(sealAndOpen() instanceof Opened.Message)) {
            throw new IllegalStateException("a message of the benchmark cannot be read");
        }
    }

    @Benchmark
    public byte[] encodeRecord() {
        return MessageCodec.encode(Samples.NODE, message);
    }

    @Benchmark
    public Decoded decodeRecord() {
        return MessageCodec.decode(plain);
    }

    /** What a receiver does with a new claim besides checking its signature: read it again from its signed bytes. */
    @Benchmark
    public EndpointClaim openClaim() throws DecodeException {
        return ((GossipMessage.Records) message).records().get(0).claim().open();
    }

    @Benchmark
    public byte[] encodeClaim() {
        return Samples.signed(claim).claim();
    }

    @Benchmark
    public byte[] seal() {
        return sealed();
    }

    /** A replay window lets nothing be opened twice, so each opening has its sealing. */
    @Benchmark
    public Opened sealAndOpen() {
        return receiver.open(Envelope.Kind.DATAGRAM, sealed(), index -> index == SENDER);
    }

    private byte[] sealed() {
        if (sender.exhausted()) {
            sender.boot(++boot);
        }
        return sender.seal(Envelope.Kind.DATAGRAM, RECEIVER, plain, 1);
    }
}
