package io.swarmnet.manager.ipam;

import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.net.CidrAddress;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.Subnet;
import io.swarmnet.model.object.IpamConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One checked entry of {@code IPAM.Config}.
 *
 * @param range where tasks' addresses come from; the subnet itself when none was given
 * @param gateway given, or the first address of the range that is usable
 * @param auxiliary name to address, never given to a task
 */
public record SubnetConfig(Subnet subnet, Subnet range, IpAddress gateway, Map<String, IpAddress> auxiliary) {
    private static final int V4_PREFIX_MAX = 30;
    private static final int V6_PREFIX_MAX = 126;
    private static final List<Subnet> UNUSABLE = List.of(
            Subnet.parse("0.0.0.0/8"),
            Subnet.parse("127.0.0.0/8"),
            Subnet.parse("169.254.0.0/16"),
            Subnet.parse("224.0.0.0/3"),
            Subnet.parse("::/16"),
            Subnet.parse("fe80::/10"),
            Subnet.parse("ff00::/8"));

    /** A subnet without wishes. */
    public static SubnetConfig of(Subnet subnet) {
        return new SubnetConfig(subnet, subnet, firstUsable(subnet, subnet), Map.of());
    }

    /**
     * Checks all entries and tells all faults at once, in the words of Docker 28 ({@code invalid network config:} and a line
     * for each).
     *
     * @throws InvalidSpecException when there is a fault
     */
    public static List<SubnetConfig> parse(List<IpamConfig> entries) {
        List<String> faults = new ArrayList<>();
        List<SubnetConfig> configs = new ArrayList<>();
        for (IpamConfig entry : entries) {
            if (!isBlank(entry)) {
                int before = faults.size();
                SubnetConfig config = parse(entry, faults);
                if (faults.size() == before) {
                    configs.add(config);
                }
            }
        }
        if (!faults.isEmpty()) {
            throw new InvalidSpecException("invalid network config:\n" + String.join("\n", faults));
        }
        return configs;
    }

    private static boolean isBlank(IpamConfig entry) {
        return empty(entry.subnet())
                && empty(entry.ipRange())
                && empty(entry.gateway())
                && auxiliaryOf(entry).isEmpty();
    }

    private static SubnetConfig parse(IpamConfig entry, List<String> faults) {
        CidrAddress cidr = cidr(entry.subnet());
        if (cidr == null) {
            faults.add("invalid subnet " + (entry.subnet() == null ? "" : entry.subnet())
                    + ": invalid CIDR block notation");
            return null;
        }
        Subnet subnet = cidr.subnet();
        if (!subnet.network().equals(cidr.address())) {
            faults.add("invalid subnet " + cidr + ": it should be " + subnet);
        }
        int prefixMax = subnet.isV4() ? V4_PREFIX_MAX : V6_PREFIX_MAX;
        if (subnet.prefixLength() > prefixMax) {
            faults.add("invalid subnet " + subnet + ": it has no room for a gateway and a task; the longest prefix is /"
                    + prefixMax);
        }
        UNUSABLE.stream()
                .filter(subnet::overlaps)
                .findFirst()
                .ifPresent(special -> faults.add(
                        "invalid subnet " + subnet + ": addresses of " + special + " cannot be given to tasks"));
        Subnet range = empty(entry.ipRange()) ? subnet : range(entry.ipRange(), subnet, faults);
        IpAddress gateway = empty(entry.gateway())
                ? firstUsable(range == null ? subnet : range, subnet)
                : inside("gateway " + entry.gateway(), entry.gateway(), subnet, faults);
        Map<String, IpAddress> auxiliary = new TreeMap<>();
        auxiliaryOf(entry).forEach((name, text) -> {
            IpAddress address = inside("auxiliary address " + name, text, subnet, faults);
            if (address != null && address.equals(gateway)) {
                faults.add("invalid auxiliary address " + name + ": " + address + " is the gateway");
            } else if (address != null) {
                auxiliary.put(name, address);
            }
        });
        return new SubnetConfig(subnet, range, gateway, auxiliary);
    }

    private static Subnet range(String text, Subnet subnet, List<String> faults) {
        CidrAddress cidr = cidr(text);
        if (cidr == null) {
            faults.add("invalid ip-range " + text + ": invalid CIDR block notation");
            return null;
        }
        Subnet range = cidr.subnet();
        if (range.isV4() != subnet.isV4()) {
            faults.add("invalid ip-range " + text + ": parent subnet is an " + family(subnet) + " block");
        } else if (!range.network().equals(cidr.address())) {
            faults.add("invalid ip-range " + text + ": it should be " + range);
        } else if (range.prefixLength() < subnet.prefixLength()) {
            faults.add("invalid ip-range " + text + ": CIDR block is bigger than its parent subnet " + subnet);
        } else if (!subnet.contains(range)) {
            faults.add("invalid ip-range " + text + ": parent subnet " + subnet + " doesn't contain ip-range");
        }
        return range;
    }

    private static IpAddress inside(String what, String text, Subnet subnet, List<String> faults) {
        IpAddress address;
        try {
            address = IpAddress.parse(text);
        } catch (IllegalArgumentException e) {
            faults.add("invalid " + what + ": invalid address");
            return null;
        }
        if (address.isV4() != subnet.isV4()) {
            faults.add("invalid " + what + ": parent subnet is an " + family(subnet) + " block");
            return null;
        }
        if (!subnet.contains(address)) {
            faults.add("invalid " + what + ": parent subnet " + subnet + " doesn't contain this address");
            return null;
        }
        if (isEdge(address, subnet)) {
            faults.add("invalid " + what + ": " + address + " is the network or broadcast address of " + subnet);
            return null;
        }
        return address;
    }

    /** The network address, and the broadcast address of IPv4: of no use to an endpoint. */
    static boolean isEdge(IpAddress address, Subnet subnet) {
        return address.equals(subnet.network()) || subnet.isV4() && address.equals(subnet.last());
    }

    // Docker: with --ip-range 10.62.0.64/30 the gateway is .64, the first address of the range that is usable.
    private static IpAddress firstUsable(Subnet range, Subnet subnet) {
        return isEdge(range.network(), subnet) ? subnet.network().plus(1) : range.network();
    }

    private static CidrAddress cidr(String text) {
        try {
            return CidrAddress.parse(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Map<String, String> auxiliaryOf(IpamConfig entry) {
        return entry.auxiliary() == null ? Map.of() : entry.auxiliary();
    }

    private static String family(Subnet subnet) {
        return subnet.isV4() ? "IPv4" : "IPv6";
    }

    private static boolean empty(String text) {
        return text == null || text.isEmpty();
    }
}
