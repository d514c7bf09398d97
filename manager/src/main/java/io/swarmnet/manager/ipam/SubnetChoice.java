package io.swarmnet.manager.ipam;

import io.swarmnet.model.error.ForbiddenException;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.PoolExhaustedException;
import io.swarmnet.model.net.Subnet;
import io.swarmnet.model.net.Vni;
import io.swarmnet.model.object.Cluster;
import io.swarmnet.model.object.Network;
import io.swarmnet.model.object.NetworkSpec;
import io.swarmnet.model.object.Node;
import io.swarmnet.model.object.OverlaySubnet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Chooses the subnets and VNIs of a new overlay, or refuses with the clash named. Docker accepts overlaps and fails later.
 * Pure.
 */
public final class SubnetChoice {
    /**
     * What a new network gets, and where the cluster's serial numbers go on.
     *
     * @param subnets an IPv6 subnet follows its IPv4 partner and shares its VNI, because a task has one link for both
     */
    public record Chosen(List<OverlaySubnet> subnets, int nextVni, long nextSubnet) {}

    private static final String OVERLAPS = "invalid pool request: Pool overlaps with other one on this address space";

    private final Cluster cluster;
    private final Collection<Network> networks;
    private final Collection<Node> nodes;

    public SubnetChoice(Cluster cluster, Collection<Network> networks, Collection<Node> nodes) {
        this.cluster = cluster;
        this.networks = networks;
        this.nodes = nodes;
    }

    /** @throws io.swarmnet.model.error.SwarmnetException when the wish is malformed, clashes, or nothing is left */
    public Chosen choose(NetworkSpec spec) {
        if (!spec.enableIpv4() && !spec.enableIpv6()) {
            throw new InvalidSpecException("IPv4 or IPv6 must be enabled");
        }
        OverlayOptions options = OverlayOptions.parse(spec.options());
        List<SubnetConfig> v4 = new ArrayList<>();
        List<SubnetConfig> v6 = new ArrayList<>();
        for (SubnetConfig config : SubnetConfig.parse(spec.ipam())) {
            (config.subnet().isV4() ? v4 : v6).add(config);
        }
        checkFamilies(spec, v4, v6);
        long nextSubnet = cluster.nextSubnet();
        checkGiven(v4, options);
        checkGiven(v6, options);
        if (spec.enableIpv4() && v4.isEmpty()) {
            long serial = nextFree(options);
            v4.add(SubnetConfig.of(pools().at(serial)));
            nextSubnet = serial + 1;
        }
        return withVnis(v4, v6, options, nextSubnet);
    }

    private static void checkFamilies(NetworkSpec spec, List<SubnetConfig> v4, List<SubnetConfig> v6) {
        if (!spec.enableIpv6() && !v6.isEmpty()) {
            throw new InvalidSpecException("invalid network config:\ninvalid subnet "
                    + v6.get(0).subnet() + ": IPv6 is not enabled on this network");
        }
        if (!spec.enableIpv4() && !v4.isEmpty()) {
            throw new InvalidSpecException("invalid network config:\ninvalid subnet "
                    + v4.get(0).subnet() + ": IPv4 is not enabled on this network");
        }
        if (spec.enableIpv6() && v6.isEmpty()) {
            throw new InvalidSpecException(
                    "an IPv6 overlay needs a subnet of its own: give one with --subnet; there are no automatic IPv6 pools");
        }
        if (spec.enableIpv4() && v6.size() > Math.max(1, v4.size())) {
            throw new InvalidSpecException(
                    "each IPv6 subnet goes with one IPv4 subnet: " + v6.size() + " and " + v4.size() + " were given");
        }
    }

    private void checkGiven(List<SubnetConfig> configs, OverlayOptions options) {
        for (int i = 0; i < configs.size(); i++) {
            Subnet subnet = configs.get(i).subnet();
            for (SubnetConfig other : configs.subList(0, i)) {
                if (other.subnet().overlaps(subnet)) {
                    throw new ForbiddenException(OVERLAPS + " (" + other.subnet() + " was given, too)");
                }
            }
            overlay(subnet).ifPresent(clash -> {
                throw new ForbiddenException(OVERLAPS + " (" + clash + ")");
            });
            host(subnet, options).ifPresent(clash -> {
                throw new ForbiddenException("invalid pool request: " + subnet + " is used on " + clash
                        + "; choose another --subnet, or take it with --opt " + OverlayOptions.FORCE_OVERLAP + "=true");
            });
        }
    }

    private Optional<String> overlay(Subnet subnet) {
        for (Network network : networks) {
            for (OverlaySubnet taken : network.subnets()) {
                if (taken.subnet().overlaps(subnet)) {
                    return Optional.of("network " + network.spec().name() + " has " + taken.subnet());
                }
            }
        }
        return Optional.empty();
    }

    private Optional<HostClash> host(Subnet subnet, OverlayOptions options) {
        return options.forceOverlap() ? Optional.empty() : HostClash.find(subnet, nodes);
    }

    private AddressPools pools() {
        return new AddressPools(cluster.defaultAddressPools(), cluster.subnetSize());
    }

    private long nextFree(OverlayOptions options) {
        AddressPools pools = pools();
        HostClash seen = null;
        for (long i = 0; i < pools.count(); i++) {
            long serial = Math.floorMod(cluster.nextSubnet() + i, pools.count());
            Subnet subnet = pools.at(serial);
            if (overlay(subnet).isPresent()) {
                continue;
            }
            Optional<HostClash> clash = host(subnet, options);
            if (clash.isEmpty()) {
                return serial;
            }
            seen = clash.get();
        }
        throw new PoolExhaustedException("all predefined address pools have been fully subnetted"
                + (seen == null
                        ? ""
                        : " (the rest is used on " + seen + "; choose a --subnet, or --opt "
                                + OverlayOptions.FORCE_OVERLAP + "=true)"));
    }

    private Chosen withVnis(List<SubnetConfig> v4, List<SubnetConfig> v6, OverlayOptions options, long nextSubnet) {
        int links = Math.max(v4.size(), v6.size());
        if (!options.vnis().isEmpty() && options.vnis().size() != links) {
            throw new InvalidSpecException("option " + OverlayOptions.VNI_LIST + ": "
                    + options.vnis().size() + " VNIs for " + links + " subnets");
        }
        Set<Vni> taken = new HashSet<>();
        networks.forEach(network -> network.subnets().forEach(subnet -> taken.add(subnet.vni())));
        List<OverlaySubnet> subnets = new ArrayList<>();
        int nextVni = cluster.nextVni();
        for (int i = 0; i < links; i++) {
            Vni vni;
            if (options.vnis().isEmpty()) {
                vni = nextFreeVni(nextVni, taken);
                nextVni = vni.value() == Vni.MAX ? Vni.FIRST.value() : vni.value() + 1;
            } else {
                vni = options.vnis().get(i);
                checkFree(vni);
            }
            taken.add(vni);
            for (List<SubnetConfig> family : List.of(v4, v6)) {
                if (i < family.size()) {
                    subnets.add(new OverlaySubnet(
                            family.get(i).subnet(), family.get(i).gateway(), vni));
                }
            }
        }
        return new Chosen(List.copyOf(subnets), nextVni, nextSubnet);
    }

    private static Vni nextFreeVni(int from, Set<Vni> taken) {
        int span = Vni.MAX - Vni.FIRST.value() + 1;
        int start = Math.max(from, Vni.FIRST.value()) - Vni.FIRST.value();
        for (int i = 0; i < span; i++) {
            Vni vni = new Vni(Vni.FIRST.value() + (start + i) % span);
            if (!taken.contains(vni)) {
                return vni;
            }
        }
        throw new PoolExhaustedException("all VNIs from " + Vni.FIRST + " to " + Vni.MAX + " are in use");
    }

    private void checkFree(Vni vni) {
        for (Network network : networks) {
            if (network.subnets().stream().anyMatch(subnet -> subnet.vni().equals(vni))) {
                throw new ForbiddenException(
                        "VNI " + vni + " is used by network " + network.spec().name());
            }
        }
    }
}
