package io.swarmnet.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.swarmnet.dns.names.Answer;
import io.swarmnet.dns.names.AttachedNetwork;
import io.swarmnet.dns.names.NameTable;
import io.swarmnet.dns.names.Resolver;
import io.swarmnet.dns.names.SandboxNames;
import io.swarmnet.dns.wire.Query;
import io.swarmnet.dns.wire.Reply;
import io.swarmnet.model.net.Subnet;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGeneratorFactory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A question of a task from bytes to bytes, without its socket: read, resolved, answered. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class NamesBenchmark {
    private static final int TYPE_A = 1;

    /** How many tasks the service has, all of which its name answers. */
    @Param({"2", "50"})
    int tasks;

    private Resolver resolver;
    private SandboxNames asker;
    private ByteBuf service;
    private ByteBuf task;
    private ByteBuf out;

    @Setup
    public void fill() {
        NameTable table = new NameTable();
        for (int number = 0; number < tasks; number++) {
            table.put(Samples.claim(number));
        }
        resolver = new Resolver(
                table, RandomGeneratorFactory.of("L64X128MixRandom").create(4_789));
        asker = new SandboxNames(List.of(new AttachedNetwork(
                Samples.NETWORK, "my-multi-host-network", List.of(Subnet.parse("10.0.0.0/16")), false)));
        service = question("my-web");
        task = question(Samples.claim(1).names().get(0));
        out = Unpooled.buffer(Query.UDP_BYTES_MAX);
        if (answer(service) <= Query.HEADER_BYTES || answer(task) <= Query.HEADER_BYTES) {
            throw new IllegalStateException("a question of the benchmark has no answer");
        }
    }

    @Benchmark
    public int serviceName() {
        return answer(service);
    }

    @Benchmark
    public int taskName() {
        return answer(task);
    }

    private int answer(ByteBuf message) {
        Query query = Query.read(message);
        Answer.Addresses found = (Answer.Addresses) resolver.resolve(query.question(), asker);
        out.clear();
        Reply.addresses(out, message, query, found.addresses(), Resolver.TTL_SECONDS, Query.UDP_BYTES_MAX);
        return out.readableBytes();
    }

    /** A query with EDNS for 1,232 bytes, as dig and glibc send it. */
    private static ByteBuf question(String name) {
        ByteBuf query = Unpooled.buffer(512);
        query.writeShort(0x1234)
                .writeShort(0x0120)
                .writeShort(1)
                .writeShort(0)
                .writeShort(0)
                .writeShort(1);
        for (String label : name.split("\\.")) {
            query.writeByte(label.length());
            query.writeCharSequence(label, StandardCharsets.US_ASCII);
        }
        query.writeByte(0).writeShort(TYPE_A).writeShort(1);
        query.writeByte(0).writeShort(41).writeShort(1_232).writeInt(0).writeShort(0);
        return query;
    }
}
