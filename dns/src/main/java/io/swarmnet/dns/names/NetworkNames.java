package io.swarmnet.dns.names;

import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.net.CidrAddress;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.record.EndpointClaim;
import io.swarmnet.model.record.EndpointPhase;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The names of one network: three indexes over the same entries. */
final class NetworkNames {
    /** An endpoint that is up or draining. */
    record Entry(EndpointClaim claim, EndpointPhase phase) {
        boolean draining() {
            return phase == EndpointPhase.DRAINING;
        }
    }

    private final Map<EndpointId, Entry> entries = new LinkedHashMap<>();
    private final Map<String, List<Entry>> byName = new HashMap<>();
    private final Map<IpAddress, Entry> byAddress = new HashMap<>();

    void add(Entry entry) {
        entries.put(entry.claim().endpoint(), entry);
        for (String name : namesOf(entry.claim())) {
            byName.computeIfAbsent(name, n -> new ArrayList<>(2)).add(entry);
        }
        for (CidrAddress address : entry.claim().addresses()) {
            byAddress.put(address.address(), entry);
        }
    }

    /** The entry that was there, or null. */
    Entry remove(EndpointId endpoint) {
        Entry gone = entries.remove(endpoint);
        if (gone != null) {
            for (String name : namesOf(gone.claim())) {
                byName.computeIfPresent(name, (n, list) -> {
                    list.remove(gone);
                    return list.isEmpty() ? null : list;
                });
            }
            // An address that was given anew belongs to its new owner by now.
            gone.claim().addresses().forEach(address -> byAddress.remove(address.address(), gone));
        }
        return gone;
    }

    Entry entry(EndpointId endpoint) {
        return entries.get(endpoint);
    }

    Collection<Entry> entries() {
        return entries.values();
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    List<IpAddress> addresses(String lowerName, Set<NodeId> suspects) {
        List<Entry> all = byName.getOrDefault(lowerName, List.of());
        if (all.size() > 1) {
            all = whileOthersRemain(all, Entry::draining);
            if (!suspects.isEmpty()) {
                all = unlessMostAre(suspects, all);
            }
        }
        List<IpAddress> addresses = new ArrayList<>(all.size());
        for (Entry entry : all) {
            for (CidrAddress address : entry.claim().addresses()) {
                addresses.add(address.address());
            }
        }
        return addresses;
    }

    String nameAt(IpAddress address) {
        Entry entry = byAddress.get(address);
        return entry == null || entry.claim().names().isEmpty()
                ? null
                : entry.claim().names().get(0);
    }

    private static List<Entry> whileOthersRemain(List<Entry> all, Predicate<Entry> left) {
        List<Entry> kept = all.stream().filter(left.negate()).toList();
        return kept.isEmpty() ? all : kept;
    }

    /** Details G: a suspicion against more than half of a name's backends is not acted on. */
    private static List<Entry> unlessMostAre(Set<NodeId> suspects, List<Entry> all) {
        List<Entry> kept = all.stream()
                .filter(entry -> !suspects.contains(entry.claim().node()))
                .toList();
        return 2 * (all.size() - kept.size()) > all.size() ? all : kept;
    }

    /** All names of an endpoint in lower case, each once: its own, its service's, and {@code tasks.} before the latter. */
    private static Set<String> namesOf(EndpointClaim claim) {
        Set<String> names = new LinkedHashSet<>();
        claim.names().forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
        for (String alias : claim.serviceAliases()) {
            names.add(alias.toLowerCase(Locale.ROOT));
            if (claim.serviceName() != null) {
                names.add("tasks." + alias.toLowerCase(Locale.ROOT));
            }
        }
        if (claim.serviceName() != null) {
            names.add(claim.serviceName().toLowerCase(Locale.ROOT));
            names.add("tasks." + claim.serviceName().toLowerCase(Locale.ROOT));
        }
        return names;
    }
}
