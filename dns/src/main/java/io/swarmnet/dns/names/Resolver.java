package io.swarmnet.dns.names;

import io.swarmnet.dns.names.Answer.Verdict;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.net.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * The rules of Docker's embedded resolver (libnetwork {@code resolver.go} and {@code Sandbox.ResolveName}), with two
 * differences: any type of a local name is answered here (Docker forwards TXT, SRV and ANY, and so tells the world our
 * names), and names or reverse names that can only be ours are NXDOMAIN. Pure.
 */
public final class Resolver {
    /**
     * TTL of every local record. Docker says 600, and a cache that believes it (nscd, systemd-resolved in a task, the JVM)
     * then holds a dead task for ten minutes. We say no more than we know: a dead node leaves our answers within 2 s
     * (details G), so an answer may be kept for 2 s.
     */
    public static final int TTL_SECONDS = 2;

    private static final String TASKS = "tasks.";

    private final NameTable table;
    private final RandomGenerator random;

    /** @param random shuffles the addresses of each answer */
    public Resolver(NameTable table, RandomGenerator random) {
        this.table = table;
        this.random = random;
    }

    /** Answers a question asked in the given sandbox. */
    public Answer resolve(Question question, SandboxNames asker) {
        if (question.dnsClass() != Question.CLASS_IN && question.dnsClass() != Question.CLASS_ANY) {
            return Verdict.REFUSED;
        }
        IpAddress reverse = question.reverseAddress();
        Answer local = reverse == null ? forward(question, asker) : reverse(question, reverse, asker);
        return local != null ? local : notOurs(question.name(), asker);
    }

    private Answer forward(Question question, SandboxNames asker) {
        List<IpAddress> all = find(question.name(), asker.networks());
        if (all.isEmpty()) {
            return isServiceOfLocal(question.name(), asker.networks()) ? Verdict.NAME_ERROR : null;
        }
        return switch (question.type()) {
            case Question.TYPE_A -> ofFamily(all, true);
            case Question.TYPE_AAAA -> ofFamily(all, false);
            default -> Verdict.NO_DATA;
        };
    }

    private Answer ofFamily(List<IpAddress> all, boolean v4) {
        List<IpAddress> family = new ArrayList<>(all.size());
        for (IpAddress address : all) {
            if (address.isV4() == v4) {
                family.add(address);
            }
        }
        if (family.isEmpty()) {
            return Verdict.NO_DATA;
        }
        for (int i = family.size() - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            IpAddress moved = family.set(i, family.get(j));
            family.set(j, moved);
        }
        return new Answer.Addresses(family);
    }

    /**
     * Tries {@code a.b.c} in every network, then {@code a.b} in network {@code c}, then {@code a} in network {@code b.c};
     * the first network that has the name answers alone.
     */
    private List<IpAddress> find(String name, List<AttachedNetwork> networks) {
        for (AttachedNetwork network : networks) {
            List<IpAddress> found = table.addresses(network.id(), name);
            if (!found.isEmpty()) {
                return found;
            }
        }
        for (int dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
            NetworkId suffix = named(name.substring(dot + 1), networks);
            List<IpAddress> found = suffix == null ? List.of() : table.addresses(suffix, name.substring(0, dot));
            if (!found.isEmpty()) {
                return found;
            }
        }
        return List.of();
    }

    private static NetworkId named(String name, List<AttachedNetwork> networks) {
        for (AttachedNetwork network : networks) {
            if (network.name().equalsIgnoreCase(name)) {
                return network.id();
            }
        }
        return null;
    }

    /** {@code _http._tcp.web} of a local {@code web} (RFC 2782): there are no such records yet, and nobody else has them. */
    private boolean isServiceOfLocal(String name, List<AttachedNetwork> networks) {
        String rest = name;
        while (rest.startsWith("_") && rest.indexOf('.') > 0) {
            rest = rest.substring(rest.indexOf('.') + 1);
        }
        return rest.length() < name.length() && !find(rest, networks).isEmpty();
    }

    private Answer reverse(Question question, IpAddress address, SandboxNames asker) {
        boolean ours = false;
        for (AttachedNetwork network : asker.networks()) {
            String name = table.nameAt(network.id(), address);
            if (name != null) {
                return question.type() == Question.TYPE_PTR
                        ? new Answer.Pointer(name + "." + network.name())
                        : Verdict.NO_DATA;
            }
            ours |= network.holds(address);
        }
        return ours ? Verdict.NAME_ERROR : null;
    }

    private Answer notOurs(String name, SandboxNames asker) {
        boolean onlyInternal = asker.onlyInternal();
        if (looksOurs(name, asker, onlyInternal)) {
            return Verdict.NAME_ERROR;
        }
        // A question is a message to whoever runs the zone: an internal network sends none (CVE-2024-29018).
        return onlyInternal ? Verdict.SERVER_FAILURE : Verdict.FORWARD;
    }

    private static boolean looksOurs(String name, SandboxNames asker, boolean onlyInternal) {
        if (onlyInternal && !name.isEmpty() && (name.indexOf('.') < 0 || name.startsWith(TASKS))) {
            return true;
        }
        return asker.networks().stream()
                .anyMatch(n -> n.internal() && name.endsWith("." + n.name().toLowerCase(Locale.ROOT)));
    }
}
