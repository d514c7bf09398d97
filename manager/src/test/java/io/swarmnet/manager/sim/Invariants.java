package io.swarmnet.manager.sim;

import io.swarmnet.manager.store.Applied;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.net.CidrAddress;
import io.swarmnet.model.object.AddressLease;
import io.swarmnet.model.object.Attachment;
import io.swarmnet.model.object.EntityKind;
import io.swarmnet.model.object.Network;
import io.swarmnet.model.object.OverlaySubnet;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.object.TaskState;
import io.swarmnet.model.record.EndpointClaim;
import io.swarmnet.model.wire.DecodeException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What must hold after every commit. */
final class Invariants {
    private static final long REST_MILLIS = 30_000;

    private final VirtualTime time;
    private final Map<String, Long> releasedAt = new HashMap<>();
    int checked;

    Invariants(VirtualTime time) {
        this.time = time;
    }

    void check(Applied applied) {
        checked++;
        vnisAndSubnetsAreHeldOnce(applied.after());
        addressesAreHeldOnceAndLeased(applied.after());
        releasedAddressesRest(applied);
        tasksOnlyGoForward(applied);
        claimsSayWhatWasGiven(applied.after());
    }

    private static void fail(String words) {
        throw new AssertionError(words);
    }

    private static void vnisAndSubnetsAreHeldOnce(Snapshot state) {
        Map<Integer, Network> vnis = new HashMap<>();
        for (Network network : state.networks()) {
            for (OverlaySubnet subnet : network.subnets()) {
                Network other = vnis.put(subnet.vni().value(), network);
                if (other != null && other != network) {
                    fail("VNI " + subnet.vni() + " held by " + other.id() + " and " + network.id());
                }
                for (Network rival : state.networks()) {
                    if (network.version() == state.version()
                            && rival != network
                            && rival.subnets().stream()
                                    .anyMatch(theirs -> theirs.subnet().overlaps(subnet.subnet()))) {
                        fail("subnet " + subnet.subnet() + " overlaps with one of " + rival.id());
                    }
                }
            }
        }
    }

    private static void addressesAreHeldOnceAndLeased(Snapshot state) {
        Set<String> held = new HashSet<>();
        for (Task task : state.tasks()) {
            if (task.status().state().isTerminal()) {
                continue;
            }
            for (Attachment attachment : task.attachments()) {
                for (CidrAddress address : attachment.addresses()) {
                    String key = AddressLease.key(attachment.network(), address.address());
                    if (!held.add(key)) {
                        fail("address " + key + " held twice, second by " + task.name());
                    }
                    AddressLease lease = state.find(EntityKind.ADDRESS_LEASE, key, AddressLease.class)
                            .orElse(null);
                    if (lease == null
                            || lease.releasedAt() != null
                            || !lease.holder().equals(attachment.endpoint().value())) {
                        fail("address " + key + " of " + task.name() + " ("
                                + task.status().state() + "/" + task.desiredState() + ") is not leased to it: "
                                + lease);
                    }
                }
            }
        }
    }

    private void releasedAddressesRest(Applied applied) {
        Set<NetworkId> networks = new HashSet<>();
        applied.after().networks().forEach(network -> networks.add(network.id()));
        for (AddressLease lease : applied.after().leases()) {
            if (!networks.contains(lease.network())) {
                continue;
            }
            AddressLease before = applied.before()
                    .find(EntityKind.ADDRESS_LEASE, lease.key(), AddressLease.class)
                    .orElse(null);
            if (lease.releasedAt() != null) {
                releasedAt.put(lease.key(), lease.releasedAt().toEpochMilli());
            } else if (before == null || before.releasedAt() != null) {
                Long released = releasedAt.remove(lease.key());
                if (released != null && time.now() - released < REST_MILLIS) {
                    fail("address " + lease.key() + " given again after " + (time.now() - released) + " ms");
                }
            }
        }
    }

    private static void tasksOnlyGoForward(Applied applied) {
        for (Task task : applied.after().tasks()) {
            Task before = applied.before()
                    .find(EntityKind.TASK, task.key(), Task.class)
                    .orElse(null);
            if (before == null) {
                continue;
            }
            if (before.status().state().isAfter(task.status().state())
                    || before.desiredState().isAfter(task.desiredState())) {
                fail("task " + task.name() + " went back from "
                        + before.status().state() + "/" + before.desiredState() + " to "
                        + task.status().state() + "/" + task.desiredState());
            }
            if (before.nodeId() != null && !before.nodeId().equals(task.nodeId())) {
                fail("task " + task.name() + " moved from " + before.nodeId() + " to " + task.nodeId());
            }
        }
    }

    private static void claimsSayWhatWasGiven(Snapshot state) {
        for (Task task : state.tasks()) {
            if (task.version() != state.version() || task.status().state() != TaskState.ASSIGNED) {
                continue;
            }
            for (Attachment attachment : task.attachments()) {
                try {
                    EndpointClaim claim = attachment.claim().open();
                    if (!claim.addresses().equals(attachment.addresses())
                            || !claim.node().equals(task.nodeId())
                            || !claim.task().equals(task.id())) {
                        fail("task " + task.name() + " carries the claim " + claim);
                    }
                } catch (DecodeException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }
}
