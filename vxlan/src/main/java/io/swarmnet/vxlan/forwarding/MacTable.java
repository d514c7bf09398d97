package io.swarmnet.vxlan.forwarding;

/** MACs to VTEPs: the FDB. Open addressing, at most half full. */
final class MacTable {
    private static final int SLOTS_MIN = 16;

    private long[] macs = new long[SLOTS_MIN];
    private Vtep[] vteps = new Vtep[SLOTS_MIN];
    private int size;

    /** The MAC's VTEP, or null. */
    Vtep get(long mac) {
        int mask = macs.length - 1;
        int slot = slot(mac, mask);
        while (vteps[slot] != null) {
            if (macs[slot] == mac) {
                return vteps[slot];
            }
            slot = slot + 1 & mask;
        }
        return null;
    }

    void put(long mac, Vtep vtep) {
        if ((size + 1) * 2 > macs.length) {
            resize(macs.length * 2);
        }
        if (insert(mac, vtep)) {
            size++;
        }
    }

    void remove(long mac) {
        int mask = macs.length - 1;
        int slot = slot(mac, mask);
        while (vteps[slot] != null && macs[slot] != mac) {
            slot = slot + 1 & mask;
        }
        if (vteps[slot] != null) {
            vteps[slot] = null;
            size--;
            resize(macs.length); // removals are rare, and need no marks then
        }
    }

    private boolean insert(long mac, Vtep vtep) {
        int mask = macs.length - 1;
        int slot = slot(mac, mask);
        while (vteps[slot] != null && macs[slot] != mac) {
            slot = slot + 1 & mask;
        }
        boolean added = vteps[slot] == null;
        macs[slot] = mac;
        vteps[slot] = vtep;
        return added;
    }

    private void resize(int slots) {
        long[] oldMacs = macs;
        Vtep[] oldVteps = vteps;
        macs = new long[slots];
        vteps = new Vtep[slots];
        for (int i = 0; i < oldMacs.length; i++) {
            if (oldVteps[i] != null) {
                insert(oldMacs[i], oldVteps[i]);
            }
        }
    }

    private static int slot(long mac, int mask) {
        return (int) (FlowHash.mix(0, mac) >>> 32) & mask;
    }
}
