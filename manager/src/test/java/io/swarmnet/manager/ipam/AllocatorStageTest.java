package io.swarmnet.manager.ipam;

import static io.swarmnet.manager.TestSwarm.ok;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.manager.TestSwarm;
import io.swarmnet.model.id.Ids;
import io.swarmnet.model.object.AddressLease;
import io.swarmnet.model.object.Attachment;
import io.swarmnet.model.object.IpamConfig;
import io.swarmnet.model.object.Network;
import io.swarmnet.model.object.NetworkSpec;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.object.TaskState;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AllocatorStageTest {
    private final TestSwarm swarm = new TestSwarm(2);

    private List<String> addresses() {
        return swarm.tasks().stream()
                .filter(task -> !task.status().state().isTerminal())
                .flatMap(task -> task.attachments().stream())
                .flatMap(attachment -> attachment.addresses().stream())
                .map(Object::toString)
                .toList();
    }

    @Test
    void givesAddressesSeriallyAfterTheGateway() {
        Network network = swarm.network("net", "10.0.9.0/24");
        swarm.service("web", 3, "net");
        swarm.settle();
        assertEquals(List.of("10.0.9.2/24", "10.0.9.3/24", "10.0.9.4/24"), addresses());
        Task task = swarm.tasks().get(0);
        Attachment attachment = task.attachments().get(0);
        assertEquals("02:42:0a:00:09:02", attachment.mac().toString());
        assertEquals(Ids.endpointOf(task.id(), network.id()), attachment.endpoint());
        assertNotNull(attachment.claim());
    }

    @Test
    void aFreedAddressIsNotGivenAgainBeforeTheSerialWraps() {
        swarm.network("net", "10.0.9.0/24");
        swarm.service("web", 2, "net");
        swarm.settle().work();
        swarm.report(swarm.running("web").get(0), TaskState.FAILED);
        swarm.settle().after(5_000);
        assertEquals(List.of("10.0.9.4/24", "10.0.9.3/24"), addresses());
    }

    @Test
    void aTaskWithoutRoomStaysNewAndSaysWhyUntilThereIsRoomThatHasRested() {
        swarm.network("net", "10.0.9.0/29");
        swarm.service("web", 6, "net");
        swarm.settle();
        Task stuck = swarm.tasks().get(5);
        assertEquals(TaskState.NEW, stuck.status().state());
        assertEquals(
                "could not find an available IP on network net (10.0.9.0/29): all addresses are in use or were released"
                        + " less than 30 s ago",
                stuck.status().error());
        long version = swarm.store.snapshot().version();
        swarm.after(60_000);
        assertEquals(version, swarm.store.snapshot().version(), "nothing is said twice");

        swarm.work();
        swarm.scale("web", 4);
        swarm.settle().work();
        swarm.scale("web", 5);
        swarm.settle();
        long released = swarm.now;
        assertEquals(released + 30_000, swarm.round.nextMillis(swarm.store.snapshot(), swarm.now));
        swarm.after(29_999);
        assertEquals(4, addresses().size());
        swarm.after(1);
        assertEquals(5, addresses().size());
        assertEquals(5, addresses().stream().distinct().count());
    }

    @Test
    void staysInTheRangeAndSparesAuxiliaryAddresses() {
        ok(swarm.control.createNetwork(new NetworkSpec(
                "net",
                Map.of(),
                "overlay",
                Map.of(),
                true,
                false,
                false,
                false,
                false,
                List.of(new IpamConfig("10.0.9.0/24", "10.0.9.64/29", null, Map.of("router", "10.0.9.66"))))));
        swarm.service("web", 9, "net");
        swarm.settle();
        assertEquals(
                List.of("10.0.9.65/24", "10.0.9.67/24", "10.0.9.68/24", "10.0.9.69/24", "10.0.9.70/24", "10.0.9.71/24"),
                addresses());
    }

    @Test
    void bothFamiliesAndSeveralSubnets() {
        swarm.network("net", "10.0.9.0/30", "10.0.8.0/24", "fd09::/64");
        swarm.service("web", 2, "net");
        swarm.settle();
        assertEquals(List.of("10.0.9.2/30", "fd09::2/64", "10.0.8.2/24"), addresses());
    }

    @Test
    void aLargeSubnetIsNotWalkedThrough() {
        swarm.network("net", "11.0.0.0/8", "fd09::/16");
        swarm.service("web", 50, "net");
        swarm.settle();
        assertEquals(100, addresses().size());
    }

    @Test
    void aNetworkThatIsGoneLeavesNoLeases() {
        swarm.network("net", "10.0.9.0/24");
        swarm.service("web", 2, "net");
        swarm.settle().work();
        ok(swarm.control.removeService("web"));
        swarm.settle().work();
        ok(swarm.control.removeNetwork("net"));
        swarm.settle();
        assertEquals(
                List.of("ingress"),
                swarm.store.snapshot().leases().stream()
                        .map(AddressLease::network)
                        .map(id -> swarm.control.network(id.value()).spec().name())
                        .toList());
        assertTrue(swarm.tasks().isEmpty());
    }
}
