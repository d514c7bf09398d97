package io.swarmnet.manager.ipam;

import io.swarmnet.manager.Stage;
import io.swarmnet.manager.store.Change;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.Ids;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.net.CidrAddress;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.MacAddress;
import io.swarmnet.model.object.AddressLease;
import io.swarmnet.model.object.Attachment;
import io.swarmnet.model.object.EntityKind;
import io.swarmnet.model.object.Network;
import io.swarmnet.model.object.NetworkAttachmentSpec;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.object.TaskState;
import io.swarmnet.model.object.TaskStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Gives new tasks their addresses (NEW to PENDING) and takes back those of tasks that ended. A task without room stays NEW
 * and says why. Pure.
 */
public final class AllocatorStage implements Stage {
    /** Holder of a lease that a network holds for its gateway. */
    public static final String GATEWAY = "gateway";

    private static final int CHANGES_MAX = 500;
    private static final Comparator<Task> OLDEST_FIRST = Comparator.comparing(Task::createdAt)
            .thenComparing(Task::serviceId)
            .thenComparing(Task::slot)
            .thenComparing(Task::id);

    @Override
    public String name() {
        return "allocator";
    }

    @Override
    public List<Change> decide(Snapshot state, long nowMillis) {
        Map<NetworkId, AddressRound> rounds = new LinkedHashMap<>();
        List<Change> tasks = new ArrayList<>();
        List<Task> waiting = state.tasks().stream()
                .filter(task -> task.status().state() == TaskState.NEW
                        && !task.desiredState().isTerminal())
                .sorted(OLDEST_FIRST)
                .toList();
        for (Task task : waiting) {
            if (tasks.size() >= CHANGES_MAX) {
                break;
            }
            allocate(task, state, rounds, nowMillis).ifPresent(tasks::add);
        }
        List<Change> changes = new ArrayList<>();
        rounds.values().forEach(round -> changes.addAll(round.changes()));
        changes.addAll(tasks);
        changes.addAll(release(state, rounds, nowMillis));
        return changes;
    }

    private static Optional<Change> allocate(
            Task task, Snapshot state, Map<NetworkId, AddressRound> rounds, long nowMillis) {
        Map<NetworkAttachmentSpec, List<AddressRound.Free>> found = new LinkedHashMap<>();
        for (NetworkAttachmentSpec wanted : task.spec().networks()) {
            Optional<Network> network =
                    state.find(EntityKind.NETWORK, wanted.target().value(), Network.class);
            if (network.isEmpty()) {
                return stuck(task, "network " + wanted.target() + " not found", nowMillis);
            }
            AddressRound round =
                    rounds.computeIfAbsent(wanted.target(), id -> new AddressRound(network.get(), state, nowMillis));
            Optional<List<AddressRound.Free>> free = round.find();
            if (free.isEmpty()) {
                return stuck(task, round.whyFull(), nowMillis);
            }
            found.put(wanted, free.get());
        }
        List<Attachment> attachments = new ArrayList<>();
        found.forEach((wanted, free) -> {
            EndpointId endpoint = Ids.endpointOf(task.id(), wanted.target());
            rounds.get(wanted.target()).take(free, endpoint.value());
            List<CidrAddress> addresses =
                    free.stream().map(AddressRound.Free::address).toList();
            attachments.add(new Attachment(
                    wanted.target(), endpoint, addresses, macOf(addresses), List.copyOf(wanted.aliases()), null));
        });
        return Optional.of(new Change.Update(task.withAttachments(List.copyOf(attachments))
                .withStatus(new TaskStatus(
                        TaskState.PENDING, Instant.ofEpochMilli(nowMillis), "pending task scheduling", null, 0, 0))));
    }

    private static Optional<Change> stuck(Task task, String why, long nowMillis) {
        TaskStatus status = task.status();
        if (Objects.equals(status.error(), why)) {
            return Optional.empty();
        }
        return Optional.of(new Change.Update(task.withStatus(
                new TaskStatus(status.state(), Instant.ofEpochMilli(nowMillis), status.message(), why, 0, 0))));
    }

    // Docker's 02:42 and the IPv4 address; an IPv6-only endpoint takes the low 32 bits, unique in a subnet given
    // serially.
    private static MacAddress macOf(List<CidrAddress> addresses) {
        IpAddress first = addresses.get(0).address();
        return first.isV4()
                ? MacAddress.ofIpv4(first)
                : new MacAddress(0x0242L << 32 | first.toNumber().longValue() & 0xffff_ffffL);
    }

    private static List<Change> release(Snapshot state, Map<NetworkId, AddressRound> rounds, long nowMillis) {
        Set<String> living = new HashSet<>();
        for (Task task : state.tasks()) {
            if (!task.status().state().isTerminal()) {
                task.attachments()
                        .forEach(attachment -> living.add(attachment.endpoint().value()));
            }
        }
        List<Change> changes = new ArrayList<>();
        for (AddressLease lease : state.leases()) {
            if (changes.size() >= CHANGES_MAX) {
                break;
            }
            AddressRound round = rounds.get(lease.network());
            if (round != null && round.took(lease)) {
                continue;
            }
            boolean networkGone = state.find(EntityKind.NETWORK, lease.network().value(), Network.class)
                    .isEmpty();
            if (networkGone || AddressRound.hasRested(lease, nowMillis)) {
                changes.add(new Change.Delete(EntityKind.ADDRESS_LEASE, lease.key(), lease.version()));
            } else if (lease.releasedAt() == null
                    && !lease.holder().equals(GATEWAY)
                    && !living.contains(lease.holder())) {
                changes.add(new Change.Update(new AddressLease(
                        lease.network(),
                        lease.address(),
                        lease.version(),
                        lease.holder(),
                        Instant.ofEpochMilli(nowMillis))));
            }
        }
        return changes;
    }

    /** When the next released address has rested. */
    @Override
    public long nextMillis(Snapshot state, long nowMillis) {
        return state.leases().stream()
                .filter(lease -> lease.releasedAt() != null)
                .mapToLong(lease -> lease.releasedAt().toEpochMilli() + AddressRound.REST_MILLIS)
                .min()
                .orElse(Long.MAX_VALUE);
    }
}
