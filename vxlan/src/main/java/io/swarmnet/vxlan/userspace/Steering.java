package io.swarmnet.vxlan.userspace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swarmnet.linux.netns.Netns;
import io.swarmnet.linux.nft.Nftables;
import io.swarmnet.model.net.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;

/**
 * Two drivers on one UDP port: the kernel's vxlan socket has it, and a rule in a table of our own sends the packets of our
 * VNIs to the socket of the user-space driver before any socket is looked up.
 */
final class Steering {
    private static final String CHAIN = "prerouting";
    private static final int RAW_PRIORITY = -300;
    private static final int VNI_AT_BITS = 96; // 8 bytes of UDP, 4 of VXLAN
    private static final int VNI_BITS = 24;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Netns underlay;
    private final String table;
    private List<Steer> there = List.of();

    /** Equivalent to: ip daddr $vtep udp dport $port @th,96,24 { $vnis } notrack udp dport set $localPort */
    record Steer(IpAddress vtep, int port, SortedSet<Integer> vnis, int localPort) {}

    Steering(String owner, Netns underlay) {
        this.underlay = underlay;
        this.table = "swarmnet-dp-" + owner;
    }

    /** Makes the rules these, in one transaction; the table goes with the last of them. */
    void program(List<Steer> wanted) {
        if (wanted.equals(there)) {
            return;
        }
        try (Nftables nft = Nftables.open(underlay)) {
            List<JsonNode> commands = new ArrayList<>();
            commands.add(onTable("add"));
            commands.add(onTable("delete"));
            if (!wanted.isEmpty()) {
                commands.add(onTable("add"));
                commands.add(addChain());
                wanted.forEach(steer -> commands.add(addRule(steer)));
            }
            nft.apply(Nftables.transaction(commands));
            there = List.copyOf(wanted);
        }
    }

    /** Removes what an earlier life of the daemon left. */
    void removeLeftover() {
        try (Nftables nft = Nftables.open(underlay)) {
            nft.deleteTable("inet", table);
            there = List.of();
        }
    }

    private JsonNode onTable(String verb) {
        ObjectNode command = JSON.objectNode();
        command.putObject(verb).putObject("table").put("family", "inet").put("name", table);
        return command;
    }

    private JsonNode addChain() {
        ObjectNode command = JSON.objectNode();
        command.putObject("add")
                .putObject("chain")
                .put("family", "inet")
                .put("table", table)
                .put("name", CHAIN)
                .put("type", "filter")
                .put("hook", "prerouting")
                .put("prio", RAW_PRIORITY)
                .put("policy", "accept");
        return command;
    }

    private JsonNode addRule(Steer steer) {
        ObjectNode command = JSON.objectNode();
        ArrayNode expressions = command.putObject("add")
                .putObject("rule")
                .put("family", "inet")
                .put("table", table)
                .put("chain", CHAIN)
                .putArray("expr");
        String ip = steer.vtep().isV4() ? "ip" : "ip6";
        expressions.add(match(field(ip, "daddr"), JSON.textNode(steer.vtep().toString())));
        expressions.add(match(field("udp", "dport"), JSON.numberNode(steer.port())));
        ObjectNode vniField = JSON.objectNode();
        vniField.putObject("payload")
                .put("base", "th")
                .put("offset", VNI_AT_BITS)
                .put("len", VNI_BITS);
        ObjectNode vnis = JSON.objectNode();
        steer.vnis().forEach(vnis.putArray("set")::add);
        expressions.add(match(vniField, vnis));
        expressions.addObject().putNull("notrack");
        ObjectNode mangle = expressions.addObject().putObject("mangle");
        mangle.set("key", field("udp", "dport"));
        mangle.put("value", steer.localPort());
        return command;
    }

    private static ObjectNode field(String protocol, String name) {
        ObjectNode field = JSON.objectNode();
        field.putObject("payload").put("protocol", protocol).put("field", name);
        return field;
    }

    private static ObjectNode match(JsonNode left, JsonNode right) {
        ObjectNode match = JSON.objectNode();
        match.putObject("match").put("op", "==").<ObjectNode>set("left", left).set("right", right);
        return match;
    }
}
