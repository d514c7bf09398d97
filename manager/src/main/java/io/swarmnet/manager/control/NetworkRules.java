package io.swarmnet.manager.control;

import io.swarmnet.manager.ipam.AllocatorStage;
import io.swarmnet.manager.ipam.SubnetChoice;
import io.swarmnet.manager.store.Change;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.NameConflictException;
import io.swarmnet.model.error.NotFoundException;
import io.swarmnet.model.error.NotSupportedException;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.object.AddressLease;
import io.swarmnet.model.object.Cluster;
import io.swarmnet.model.object.Network;
import io.swarmnet.model.object.NetworkSpec;
import io.swarmnet.model.object.OverlaySubnet;
import io.swarmnet.model.object.Service;
import io.swarmnet.model.object.Task;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What an overlay must be to be made or removed. Pure. */
final class NetworkRules {
    private static final int NAME_MAX = 250;
    private static final Set<String> PREDEFINED = Set.of("bridge", "host", "none", "docker_gwbridge");

    /** A network and what must be committed with it. */
    record Made(Network network, List<Change> changes) {}

    private NetworkRules() {}

    /** Checks the wish, chooses subnets and VNIs, and holds the gateways. */
    static Made create(Snapshot state, Cluster cluster, NetworkSpec spec, NetworkId id, Instant now) {
        checkName(spec.name());
        if (!"overlay".equals(spec.driver())) {
            throw new NotFoundException("plugin \"" + spec.driver() + "\" not found");
        }
        if (spec.ingress()) {
            state.networks().stream()
                    .filter(network -> network.spec().ingress())
                    .findFirst()
                    .ifPresent(network -> {
                        throw new NameConflictException("rpc error: code = AlreadyExists desc = ingress network ("
                                + network.id() + ") is already present");
                    });
        }
        boolean taken = PREDEFINED.contains(spec.name())
                || state.networks().stream()
                        .anyMatch(network -> network.spec().name().equals(spec.name()));
        if (taken) {
            throw new NameConflictException("network with name " + spec.name() + " already exists");
        }
        return make(state, cluster, spec, id, now);
    }

    private static void checkName(String name) {
        if (name == null || name.isBlank()) {
            throw new InvalidSpecException("invalid name: name is empty");
        }
        if (name.length() > NAME_MAX) {
            throw new InvalidSpecException("invalid name: " + name.length() + " characters, at most " + NAME_MAX);
        }
        Names.checkComponent(name);
    }

    static Made make(Snapshot state, Cluster cluster, NetworkSpec spec, NetworkId id, Instant now) {
        SubnetChoice.Chosen chosen = new SubnetChoice(cluster, state.networks(), state.nodes()).choose(spec);
        List<Long> offsets = chosen.subnets().stream()
                .map(subnet -> subnet.gateway()
                        .toNumber()
                        .subtract(subnet.subnet().network().toNumber())
                        .longValue())
                .map(offset -> Math.max(0, offset))
                .toList();
        Network network = new Network(id, 0, now, now, spec, chosen.subnets(), offsets);
        List<Change> changes = new ArrayList<>();
        changes.add(new Change.Create(network));
        for (OverlaySubnet subnet : chosen.subnets()) {
            changes.add(new Change.Create(new AddressLease(id, subnet.gateway(), 0, AllocatorStage.GATEWAY, null)));
        }
        changes.add(new Change.Update(advanced(cluster, chosen)));
        return new Made(network, changes);
    }

    private static Cluster advanced(Cluster cluster, SubnetChoice.Chosen chosen) {
        return new Cluster(
                cluster.id(),
                cluster.version(),
                cluster.createdAt(),
                cluster.updatedAt(),
                cluster.spec(),
                cluster.defaultAddressPools(),
                cluster.subnetSize(),
                cluster.dataPathPort(),
                cluster.joinSecrets(),
                cluster.trustRoot(),
                cluster.gossipKeys(),
                chosen.nextVni(),
                chosen.nextSubnet(),
                cluster.nextSenderIndex());
    }

    /** Refuses while a service wants it or a task of it has not ended: its addresses are still in use on some node. */
    static void checkUnused(Snapshot state, Network network) {
        if (network.spec().ingress()) {
            throw new NotSupportedException("the ingress network cannot be removed");
        }
        for (Service service : state.services()) {
            if (service.spec().task().networks().stream()
                    .anyMatch(wanted -> wanted.target().equals(network.id()))) {
                throw inUse(network, "service " + service.id());
            }
        }
        for (Task task : state.tasks()) {
            if (!task.status().state().isTerminal()
                    && task.spec().networks().stream()
                            .anyMatch(wanted -> wanted.target().equals(network.id()))) {
                throw inUse(network, "task " + task.id());
            }
        }
    }

    private static InvalidSpecException inUse(Network network, String user) {
        return new InvalidSpecException(
                "rpc error: code = FailedPrecondition desc = network " + network.id() + " is in use by " + user);
    }
}
