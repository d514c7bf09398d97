package io.swarmnet.linux.nft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swarmnet.linux.Errno;
import io.swarmnet.linux.KernelException;
import io.swarmnet.linux.ScratchNetns;
import io.swarmnet.linux.netlink.NetlinkHandle;
import io.swarmnet.linux.netns.Netns;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("root")
@Timeout(60)
class NftablesKernelTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ScratchNetns scratch;
    private Netns netns;

    @BeforeEach
    void make() {
        scratch = new ScratchNetns();
        netns = scratch.add("nft");
    }

    @AfterEach
    void remove() {
        scratch.close();
    }

    private static ObjectNode table(String verb) {
        return verb(verb, "table", "{'family':'inet','name':'swarmnet-test'}");
    }

    private static ObjectNode verb(String verb, String object, String json) {
        try {
            ObjectNode command = JSON.createObjectNode();
            command.putObject(verb).set(object, JSON.readTree(json.replace('\'', '"')));
            return command;
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void tableIsMadeInItsNamespaceAndSeenByNft() {
        try (Nftables nft = Nftables.open(netns);
                NetlinkHandle handle = NetlinkHandle.open(netns)) {
            handle.linkAddBridge("br-only-here");
            nft.apply(Nftables.transaction(List.of(
                    table("add"),
                    verb(
                            "add",
                            "chain",
                            "{'family':'inet','table':'swarmnet-test','name':'post','type':'nat','hook':'postrouting',"
                                    + "'prio':100,'policy':'accept'}"),
                    verb(
                            "add",
                            "rule",
                            "{'family':'inet','table':'swarmnet-test','chain':'post','expr':["
                                    + "{'match':{'op':'!=','left':{'meta':{'key':'oif'}},'right':'br-only-here'}},"
                                    + "{'match':{'op':'==','left':{'payload':{'protocol':'ip','field':'saddr'}},"
                                    + "'right':{'prefix':{'addr':'172.18.0.0','len':16}}}},{'masquerade':null}]}"))));
            JsonNode seen = ScratchNetns.jsonInside(netns, "nft", "-j", "list", "table", "inet", "swarmnet-test");
            assertTrue(seen.toString().contains("masquerade"), seen.toString());
            assertTrue(nft.list().toString().contains("swarmnet-test"));
            assertTrue(nft.listTable("inet", "swarmnet-test").toString().contains("br-only-here"));
            assertTrue(nft.deleteTable("inet", "swarmnet-test"));
            assertFalse(nft.deleteTable("inet", "swarmnet-test"));
            assertFalse(
                    ScratchNetns.inside(netns, "nft", "-j", "list", "ruleset").contains("swarmnet-test"));
        }
        try (Nftables host = Nftables.open(Netns.host())) {
            assertFalse(host.list().toString().contains("swarmnet-test"));
        }
    }

    @Test
    void failedTransactionChangesNothingAndSaysWhy() {
        try (Nftables nft = Nftables.open(netns)) {
            KernelException e = assertThrows(
                    KernelException.class,
                    () -> nft.apply(
                            Nftables.transaction(
                                    List.of(
                                            table("add"),
                                            verb(
                                                    "add",
                                                    "rule",
                                                    "{'family':'inet','table':'swarmnet-test','chain':'none','expr':[{'accept':null}]}")))));
            assertEquals(Errno.ENOENT, e.errno());
            assertTrue(e.getMessage().contains("No such file or directory"), e.getMessage());
            assertFalse(nft.list().toString().contains("swarmnet-test"));
            assertThrows(KernelException.class, () -> nft.listTable("inet", "none"));
        }
    }

    @Test
    void contextOfAMissingNamespaceIsRefusedAtOnce() {
        assertThrows(KernelException.class, () -> Nftables.open(
                        new Netns(scratch.directory().resolve("none")))
                .close());
    }
}
