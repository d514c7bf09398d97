package io.swarmnet.vxlan.forwarding;

import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.MacAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** IP addresses of both families to MACs, looked up by bytes of a packet. Open addressing, at most half full. */
final class NeighbourTable {
    static final long NONE = -1;

    private static final int SLOTS_MIN = 16;
    /** IPv4 is kept as ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2). */
    private static final long MAPPED = 0xffff_0000_0000L;

    private long[] high = new long[SLOTS_MIN];
    private long[] low = new long[SLOTS_MIN];
    private long[] macs = emptied(SLOTS_MIN);
    private int size;

    private static long[] emptied(int slots) {
        long[] made = new long[slots];
        Arrays.fill(made, NONE);
        return made;
    }

    /** MAC bits of an IPv4 address, or {@link #NONE}. */
    long v4(int address) {
        return get(0, MAPPED | address & 0xffff_ffffL);
    }

    /** MAC bits of the IPv6 address at that offset, or {@link #NONE}. */
    long v6(ByteBuffer packet, int offset) {
        long hi = packet.getLong(offset);
        long lo = packet.getLong(offset + 8);
        return hi == 0 && lo >>> 32 == MAPPED >>> 32 ? NONE : get(hi, lo);
    }

    private long get(long hi, long lo) {
        int mask = macs.length - 1;
        int slot = slot(hi, lo, mask);
        while (macs[slot] != NONE) {
            if (high[slot] == hi && low[slot] == lo) {
                return macs[slot];
            }
            slot = slot + 1 & mask;
        }
        return NONE;
    }

    void put(IpAddress address, MacAddress mac) {
        if ((size + 1) * 2 > macs.length) {
            resize(macs.length * 2);
        }
        if (insert(hi(address), lo(address), mac.bits())) {
            size++;
        }
    }

    /** Removes the address if it is that MAC's. */
    void remove(IpAddress address, MacAddress mac) {
        if (get(hi(address), lo(address)) != mac.bits()) {
            return;
        }
        int mask = macs.length - 1;
        int slot = slot(hi(address), lo(address), mask);
        while (high[slot] != hi(address) || low[slot] != lo(address)) {
            slot = slot + 1 & mask;
        }
        macs[slot] = NONE;
        size--;
        resize(macs.length); // removals are rare, and need no marks then
    }

    private boolean insert(long hi, long lo, long mac) {
        int mask = macs.length - 1;
        int slot = slot(hi, lo, mask);
        while (macs[slot] != NONE && (high[slot] != hi || low[slot] != lo)) {
            slot = slot + 1 & mask;
        }
        boolean added = macs[slot] == NONE;
        high[slot] = hi;
        low[slot] = lo;
        macs[slot] = mac;
        return added;
    }

    private void resize(int slots) {
        long[] oldHigh = high;
        long[] oldLow = low;
        long[] oldMacs = macs;
        high = new long[slots];
        low = new long[slots];
        macs = emptied(slots);
        for (int i = 0; i < oldMacs.length; i++) {
            if (oldMacs[i] != NONE) {
                insert(oldHigh[i], oldLow[i], oldMacs[i]);
            }
        }
    }

    private static int slot(long hi, long lo, int mask) {
        return (int) (FlowHash.mix(FlowHash.mix(0, hi), lo) >>> 32) & mask;
    }

    private static long hi(IpAddress address) {
        return address.isV4() ? 0 : ByteBuffer.wrap(address.bytes()).getLong();
    }

    private static long lo(IpAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.bytes());
        return address.isV4() ? MAPPED | bytes.getInt() & 0xffff_ffffL : bytes.getLong(8);
    }
}
