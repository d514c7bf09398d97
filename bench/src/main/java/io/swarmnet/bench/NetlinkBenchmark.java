package io.swarmnet.bench;

import io.swarmnet.linux.LinkAddress;
import io.swarmnet.linux.netlink.wire.DecodeErrors;
import io.swarmnet.linux.netlink.wire.FdbEntry;
import io.swarmnet.linux.netlink.wire.LinkOptions;
import io.swarmnet.linux.netlink.wire.LinkRequests;
import io.swarmnet.linux.netlink.wire.NetlinkMessage;
import io.swarmnet.linux.netlink.wire.Vxlan;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The rtnetlink codec: requests of an attach, and a listing of a forwarding database. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class NetlinkBenchmark {
    private static final int ENTRIES = 100;

    private InetAddress vtep;
    private LinkAddress mac;
    private ByteBuffer listing;
    private int sequence;

    @Setup
    public void list() throws IOException {
        vtep = InetAddress.getByName("198.18.0.12");
        mac = LinkAddress.parse("02:42:0a:00:09:03");
        listing = ByteBuffer.allocate(ENTRIES * 128).order(ByteOrder.nativeOrder());
        for (int i = 0; i < ENTRIES; i++) {
            // An entry in a listing has the layout of the request that added it.
            listing.put(FdbEntry.toVtep(7, new LinkAddress(mac.value() + i), vtep)
                    .add()
                    .bytes(i));
        }
        listing.flip();
        if (decodeFdbListing() != ENTRIES) {
            throw new IllegalStateException("the listing of the benchmark cannot be read");
        }
    }

    @Benchmark
    public byte[] encodeFdbReplace() {
        return FdbEntry.toVtep(7, mac, vtep).replace().bytes(++sequence);
    }

    @Benchmark
    public byte[] encodeAddVxlan() {
        return LinkRequests.addVxlan("vx-4097", LinkOptions.mtu(1_450), Vxlan.overlay(4_097, vtep, 4_789))
                .bytes(++sequence);
    }

    /** 100 entries. */
    @Benchmark
    public int decodeFdbListing() {
        DecodeErrors errors = new DecodeErrors();
        int found = 0;
        for (NetlinkMessage message : NetlinkMessage.split(listing, errors)) {
            if (FdbEntry.decode(message, errors).isPresent()) {
                found++;
            }
        }
        return found;
    }
}
