package io.swarmnet.dns.names;

import static io.swarmnet.dns.names.Claims.OV2;
import static io.swarmnet.dns.names.Claims.claim;
import static io.swarmnet.dns.names.Claims.container;
import static io.swarmnet.dns.names.Claims.task;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.record.EndpointPhase;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class NameTableTest {
    private final NameTable table = new NameTable();

    @Test
    void aServiceNameStandsForAllItsTasks() {
        table.put(task(OV2, "web", 1, "n1", "10.0.9.3"));
        table.put(task(OV2, "web", 2, "n2", "10.0.9.4"));
        assertEquals("[10.0.9.3, 10.0.9.4]", of("web"));
        assertEquals("[10.0.9.3, 10.0.9.4]", of("tasks.web"));
        assertEquals("[10.0.9.3, 10.0.9.4]", of("TASKS.Web"));
        assertEquals("[10.0.9.4]", of("web.2.webtask2"));
        assertEquals("[10.0.9.4]", of("c0ffee000002"));
        assertEquals("[10.0.9.4]", of("host-web2"));
    }

    @Test
    void aServiceAliasStandsForAllItsTasks() {
        table.put(claim(OV2, "t1", List.of("web.1.t1"), "web", List.of("www"), "n1", 1, "10.0.9.3"));
        table.put(claim(OV2, "t2", List.of("web.2.t2"), "web", List.of("www"), "n2", 1, "10.0.9.4"));
        assertEquals("[10.0.9.3, 10.0.9.4]", of("www"));
        assertEquals("[10.0.9.3, 10.0.9.4]", of("tasks.www"));
    }

    @Test
    void containersMayShareAnAliasAndHaveNoTasks() {
        table.put(container(OV2, "a1", List.of("db"), "10.0.9.3"));
        table.put(container(OV2, "a2", List.of("db"), "10.0.9.4"));
        assertEquals("[10.0.9.3, 10.0.9.4]", of("db"));
        assertEquals("[]", of("tasks.db"));
    }

    @Test
    void namesGoWithTheirEndpoint() {
        table.put(task(OV2, "web", 1, "n1", "10.0.9.3"));
        table.put(task(OV2, "web", 2, "n2", "10.0.9.4"));
        table.remove(OV2, task(OV2, "web", 1, "n1").endpoint());
        table.remove(OV2, task(OV2, "web", 1, "n1").endpoint());
        assertEquals("[10.0.9.4]", of("web"));
        assertNull(table.nameAt(OV2, IpAddress.parse("10.0.9.3")));
        table.put(task(OV2, "web", 2, "n2", "10.0.9.4"), EndpointPhase.DOWN);
        assertEquals("[]", of("web"));
        assertEquals(0, table.size());
    }

    @Test
    void namesGoWithTheirNetwork() {
        table.put(task(OV2, "web", 1, "n1", "10.0.9.3"));
        table.put(task(Claims.BACK, "web", 1, "n1", "10.0.10.3"));
        table.removeNetwork(OV2);
        assertEquals("[]", of("web"));
        assertEquals(1, table.size());
    }

    @Test
    void anEarlierAllocationNeverReplacesALaterOne() {
        assertTrue(table.put(claim(OV2, "t", List.of("web.1.t"), "web", List.of(), "n1", 5, "10.0.9.9")));
        assertFalse(table.put(claim(OV2, "t", List.of("web.1.t"), "web", List.of(), "n1", 4, "10.0.9.3")));
        assertEquals("[10.0.9.9]", of("web"));
        assertTrue(table.put(claim(OV2, "t", List.of("other.1.t"), "other", List.of(), "n1", 6, "10.0.9.8")));
        assertEquals("[]", of("web"));
        assertEquals("[10.0.9.8]", of("other"));
    }

    @Test
    void anAddressGivenAnewBelongsToItsNewOwner() {
        table.put(task(OV2, "old", 1, "n1", "10.0.9.3"));
        table.put(task(OV2, "new", 1, "n2", "10.0.9.3"));
        table.remove(OV2, task(OV2, "old", 1, "n1").endpoint());
        assertEquals("new.1.newtask1", table.nameAt(OV2, IpAddress.parse("10.0.9.3")));
    }

    @Test
    void aSuspectNodeIsLeftOutWhileOthersRemain() {
        table.put(task(OV2, "web", 1, "n1", "10.0.9.3"));
        table.put(task(OV2, "web", 2, "n2", "10.0.9.4"));
        table.put(task(OV2, "lonely", 1, "n2", "10.0.9.5"));
        suspect("n2", true);
        assertEquals("[10.0.9.3]", of("web"));
        assertEquals("[10.0.9.5]", of("lonely"), "the last known address rather than NXDOMAIN");
        suspect("n2", false);
        assertEquals("[10.0.9.3, 10.0.9.4]", of("web"));
    }

    @Test
    void suspicionOfMostBackendsOfANameIsIgnored() {
        table.put(task(OV2, "web", 1, "n1", "10.0.9.3"));
        table.put(task(OV2, "web", 2, "n2", "10.0.9.4"));
        table.put(task(OV2, "web", 3, "n2", "10.0.9.5"));
        suspect("n2", true);
        assertEquals("[10.0.9.3, 10.0.9.4, 10.0.9.5]", of("web"));
    }

    @Test
    void suspicionOfMostNodesIsIgnored() {
        table.put(task(OV2, "web", 1, "n1", "10.0.9.3"));
        table.put(task(OV2, "web", 2, "n1", "10.0.9.4"));
        table.put(task(OV2, "web", 3, "n2", "10.0.9.5"));
        table.put(task(OV2, "db", 1, "n3", "10.0.9.6"));
        suspect("n2", true);
        assertEquals("[10.0.9.3, 10.0.9.4]", of("web"));
        suspect("n3", true);
        assertEquals("[10.0.9.3, 10.0.9.4, 10.0.9.5]", of("web"), "it is we who are cut off");
    }

    @Test
    void aDrainingTaskKeepsItsOwnNamesOnly() {
        table.put(task(OV2, "web", 1, "n1", "10.0.9.3"), EndpointPhase.DRAINING);
        assertEquals("[10.0.9.3]", of("web"), "nobody else is there");
        table.put(task(OV2, "web", 2, "n2", "10.0.9.4"));
        assertEquals("[10.0.9.4]", of("web"));
        assertEquals("[10.0.9.3]", of("web.1.webtask1"));
    }

    private void suspect(String node, boolean suspect) {
        table.suspect(new NodeId(node), suspect);
    }

    private String of(String name) {
        Set<IpAddress> sorted = new TreeSet<>(table.addresses(OV2, name));
        return sorted.toString();
    }
}
