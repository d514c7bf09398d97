package io.swarmnet.engine.daemon;

import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.net.HostPort;
import io.swarmnet.model.net.IpAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which address a node tells the others: Docker's rules and words ({@code daemon/cluster/listen_addr.go} describes them).
 * Pure; knows the host's links by what it is given.
 */
final class AddressChoice {
    static final int DEFAULT_PORT = 2377;

    private final List<LinkAddress> addresses;

    /** An address on a link that is up. */
    record LinkAddress(String link, IpAddress address) {}

    /** @param addresses of all links that are up; neither loopback nor links that swarmnet or Docker made */
    AddressChoice(List<LinkAddress> addresses) {
        this.addresses = addresses;
    }

    /** {@code --listen-addr}: an address or a link's name, with a port or without. */
    HostPort listen(String text, String otherwise) {
        String wanted = text.isEmpty() ? otherwise : text;
        return named(wanted, DEFAULT_PORT, "listen");
    }

    /** {@code --advertise-addr}, or the listen address unless that is any, or the host's only address. */
    HostPort advertise(String text, HostPort listen) {
        if (!text.isEmpty()) {
            HostPort chosen = named(text, listen.port(), "advertise");
            if (isAny(chosen.address())) {
                throw new InvalidSpecException("advertise address must be a non-zero IP address or network interface"
                        + " (with optional port number)");
            }
            return chosen;
        }
        return isAny(listen.address()) ? new HostPort(only(), listen.port()) : listen;
    }

    /** {@code --data-path-addr}, or the advertised address. */
    IpAddress dataPath(String text, IpAddress advertised) {
        return text.isEmpty()
                ? advertised
                : named(text, DEFAULT_PORT, "data path").address();
    }

    static boolean isAny(IpAddress address) {
        return address.toNumber().signum() == 0;
    }

    private HostPort named(String text, int port, String what) {
        try {
            return HostPort.parse(text, port);
        } catch (IllegalArgumentException e) {
            int colon = text.lastIndexOf(':');
            String link = colon < 0 ? text : text.substring(0, colon);
            String digits = colon < 0 ? Integer.toString(port) : text.substring(colon + 1);
            List<IpAddress> on = addresses.stream()
                    .filter(candidate -> candidate.link().equals(link))
                    .map(LinkAddress::address)
                    .toList();
            if (on.isEmpty() || !digits.matches("[1-9][0-9]{0,4}") || Integer.parseInt(digits) > 65_535) {
                throw new InvalidSpecException(what
                        + " address must be an IP address or network interface (with optional port number), and \""
                        + text
                        + "\" is neither on this host");
            }
            return new HostPort(onLink(link, on), Integer.parseInt(digits));
        }
    }

    private static IpAddress onLink(String link, List<IpAddress> on) {
        List<IpAddress> v4 = on.stream().filter(IpAddress::isV4).toList();
        List<IpAddress> of = v4.isEmpty() ? on : v4;
        if (of.size() > 1) {
            throw new InvalidSpecException("interface " + link + " has more than one IPv" + (v4.isEmpty() ? 6 : 4)
                    + " address (" + of.get(0) + " and " + of.get(1) + ")");
        }
        return of.get(0);
    }

    private IpAddress only() {
        Map<String, IpAddress> byLink = new LinkedHashMap<>();
        for (LinkAddress candidate : addresses) {
            IpAddress before = byLink.get(candidate.link());
            if (before != null && before.isV4() == candidate.address().isV4()) {
                throw new InvalidSpecException("could not choose an IP address to advertise since this system has"
                        + " multiple addresses on interface " + candidate.link() + " (" + before + " and "
                        + candidate.address() + ")");
            }
            if (before == null || candidate.address().isV4()) {
                byLink.put(candidate.link(), candidate.address());
            }
        }
        if (byLink.isEmpty()) {
            throw new InvalidSpecException("could not find the system's IP address");
        }
        if (byLink.size() > 1) {
            List<Map.Entry<String, IpAddress>> two = List.copyOf(byLink.entrySet());
            throw new InvalidSpecException("could not choose an IP address to advertise since this system has multiple"
                    + " addresses on different interfaces (" + two.get(0).getValue() + " on "
                    + two.get(0).getKey() + " and " + two.get(1).getValue() + " on "
                    + two.get(1).getKey() + ")");
        }
        return byLink.values().iterator().next();
    }
}
