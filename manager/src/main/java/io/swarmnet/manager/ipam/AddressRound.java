package io.swarmnet.manager.ipam;

import io.swarmnet.manager.store.Change;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.net.CidrAddress;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.Subnet;
import io.swarmnet.model.object.AddressLease;
import io.swarmnet.model.object.EntityKind;
import io.swarmnet.model.object.Network;
import io.swarmnet.model.object.OverlaySubnet;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Gives addresses of one network in one decision: serial in each subnet, going on after the last one given, as Docker's
 * swarm scope does. Pure.
 */
final class AddressRound {
    /** A released address rests that long, so that stale FDB and DNS entries elsewhere have gone (details P). */
    static final long REST_MILLIS = 30_000;

    private static final BigInteger SPAN_MAX = BigInteger.ONE.shiftLeft(62);

    /** One address of one subnet, found free but not yet taken. */
    record Free(int subnet, long offset, CidrAddress address) {}

    private final Network network;
    private final Snapshot state;
    private final long nowMillis;
    private final Map<Subnet, SubnetConfig> wishes = new HashMap<>();
    private final List<Long> offsets;
    private final Set<String> taken = new HashSet<>();
    private final List<Change> leases = new ArrayList<>();
    private boolean full; // found once, true for the rest of the round: nothing is released in it

    AddressRound(Network network, Snapshot state, long nowMillis) {
        this.network = network;
        this.state = state;
        this.nowMillis = nowMillis;
        this.offsets = new ArrayList<>(network.lastAddressOffsets());
        SubnetConfig.parse(network.spec().ipam()).forEach(config -> wishes.put(config.subnet(), config));
    }

    /** Free addresses for one endpoint: one of each family of the first VNI that has room; empty when none has. */
    Optional<List<Free>> find() {
        List<OverlaySubnet> subnets = network.subnets();
        Set<Integer> tried = new HashSet<>();
        if (full) {
            return Optional.empty();
        }
        for (OverlaySubnet first : subnets) {
            if (tried.add(first.vni().value())) {
                List<Free> found = new ArrayList<>();
                boolean room = true;
                for (int i = 0; i < subnets.size() && room; i++) {
                    if (subnets.get(i).vni().equals(first.vni())) {
                        Optional<Free> free = next(i);
                        free.ifPresent(found::add);
                        room = free.isPresent();
                    }
                }
                if (room) {
                    return Optional.of(found);
                }
            }
        }
        full = true;
        return Optional.empty();
    }

    private Optional<Free> next(int index) {
        OverlaySubnet overlay = network.subnets().get(index);
        Subnet subnet = overlay.subnet();
        SubnetConfig config = wishes.getOrDefault(subnet, SubnetConfig.of(subnet));
        long base = config.range()
                .network()
                .toNumber()
                .subtract(subnet.network().toNumber())
                .min(SPAN_MAX)
                .longValueExact();
        long span = config.range().size().min(SPAN_MAX).longValueExact();
        long start = Math.floorMod(offsets.get(index) + 1 - base, span);
        // Each step but the last meets an address in use, so a large subnet is never walked through.
        for (long i = 0; i < span; i++) {
            long offset = base + (start + i) % span;
            IpAddress address = subnet.network().plus(offset);
            if (!SubnetConfig.isEdge(address, subnet)
                    && !address.equals(overlay.gateway())
                    && !config.auxiliary().containsValue(address)
                    && isFree(address)) {
                return Optional.of(new Free(index, offset, new CidrAddress(address, subnet.prefixLength())));
            }
        }
        return Optional.empty();
    }

    private boolean isFree(IpAddress address) {
        return !taken.contains(AddressLease.key(network.id(), address))
                && lease(address).map(lease -> hasRested(lease, nowMillis)).orElse(true);
    }

    private Optional<AddressLease> lease(IpAddress address) {
        return state.find(EntityKind.ADDRESS_LEASE, AddressLease.key(network.id(), address), AddressLease.class);
    }

    static boolean hasRested(AddressLease lease, long nowMillis) {
        Instant released = lease.releasedAt();
        return released != null && released.toEpochMilli() + REST_MILLIS <= nowMillis;
    }

    /** Takes what {@link #find()} found. */
    void take(List<Free> found, String holder) {
        for (Free free : found) {
            IpAddress address = free.address().address();
            Optional<AddressLease> old = lease(address);
            long version = old.map(AddressLease::version).orElse(0L);
            AddressLease lease = new AddressLease(network.id(), address, version, holder, null);
            leases.add(old.isPresent() ? new Change.Update(lease) : new Change.Create(lease));
            taken.add(lease.key());
            offsets.set(free.subnet(), free.offset());
        }
    }

    boolean took(AddressLease lease) {
        return taken.contains(lease.key());
    }

    /** The leases, and the network with its serial moved on. */
    List<Change> changes() {
        if (leases.isEmpty()) {
            return List.of();
        }
        List<Change> changes = new ArrayList<>(leases);
        changes.add(new Change.Update(new Network(
                network.id(),
                network.version(),
                network.createdAt(),
                network.updatedAt(),
                network.spec(),
                network.subnets(),
                List.copyOf(offsets))));
        return changes;
    }

    /** Why {@link #find()} found nothing. Says nothing that changes by itself, or it would be committed again and again. */
    String whyFull() {
        List<String> subnets = network.subnets().stream()
                .map(overlay -> overlay.subnet().toString())
                .toList();
        return "could not find an available IP on network " + network.spec().name() + " (" + String.join(", ", subnets)
                + "): all addresses are in use or were released less than 30 s ago";
    }
}
