package io.swarmnet.worker.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swarmnet.linux.KernelException;
import io.swarmnet.linux.netns.Netns;
import io.swarmnet.linux.nft.Nftables;
import io.swarmnet.model.net.Subnet;
import io.swarmnet.worker.kernel.Owner;
import java.util.ArrayList;
import java.util.List;

/**
 * The nftables table that docker_gwbridge needs: masquerade, no new flows from outside to a task's address, no traffic
 * between tasks unless asked. One transaction replaces our chains. Blocks.
 *
 * <p>The forward verdicts stand in a base chain of our own at priority -10, after a jump to SWARMNET-USER, where the user's
 * rules are evaluated first and never touched (details K, mode "own").
 */
final class GatewayFirewall {
    private static final String FAMILY = "inet";
    private static final String USER_CHAIN = "SWARMNET-USER";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Owner owner;
    private String table;

    GatewayFirewall(Owner owner) {
        this.owner = owner;
    }

    /** Brings our chains to what the bridge needs; the user's chain is made once and then left alone. */
    void apply(String bridge, Subnet subnet, boolean masquerade, boolean interContainer) {
        table = tableOf(bridge);
        List<ObjectNode> commands = new ArrayList<>();
        commands.add(add("table", table().put("comment", owner.alias())));
        commands.add(add("chain", chain(USER_CHAIN)));
        commands.add(add("chain", base("forward", "filter", -10)));
        commands.add(add("chain", base("postrouting", "nat", 100)));
        commands.add(flush("forward"));
        commands.add(flush("postrouting"));
        commands.add(rule("forward", jump(USER_CHAIN)));
        commands.add(rule("forward", meta("oifname", "==", bridge), ctEstablished(), verdict("accept")));
        if (!interContainer) {
            commands.add(
                    rule("forward", meta("iifname", "==", bridge), meta("oifname", "==", bridge), verdict("drop")));
        }
        commands.add(rule("forward", meta("iifname", "!=", bridge), meta("oifname", "==", bridge), verdict("drop")));
        if (masquerade) {
            commands.add(rule("postrouting", source(subnet), meta("oifname", "!=", bridge), verdict("masquerade")));
        }
        try (Nftables nft = Nftables.open(Netns.current())) {
            nft.apply(Nftables.transaction(commands));
        }
    }

    /** Removes our chains, and the table too unless the user has rules of their own in it. */
    void remove(String bridge) {
        table = tableOf(bridge);
        try (Nftables nft = Nftables.open(Netns.current())) {
            JsonNode listed;
            try {
                listed = nft.listTable(FAMILY, table);
            } catch (KernelException gone) {
                return;
            }
            for (JsonNode entry : listed.path("nftables")) {
                if (entry.path("rule").path("chain").asText().equals(USER_CHAIN)) {
                    nft.apply(Nftables.transaction(List.of(
                            flush("forward"),
                            flush("postrouting"),
                            command("delete", "chain", chain("forward")),
                            command("delete", "chain", chain("postrouting")))));
                    return;
                }
            }
            nft.deleteTable(FAMILY, table);
        }
    }

    /** The first daemon of a network namespace has the plain names; a further one suffixes them (details A). */
    private String tableOf(String bridge) {
        return bridge.endsWith(owner.instance()) ? "swarmnet_" + owner.instance() : "swarmnet";
    }

    private ObjectNode base(String name, String type, int priority) {
        return chain(name)
                .put("type", type)
                .put("hook", name)
                .put("prio", priority)
                .put("policy", "accept");
    }

    private ObjectNode flush(String chain) {
        return command("flush", "chain", chain(chain));
    }

    private ObjectNode table() {
        return JSON.objectNode().put("family", FAMILY).put("name", table);
    }

    private ObjectNode chain(String name) {
        return JSON.objectNode().put("family", FAMILY).put("table", table).put("name", name);
    }

    private ObjectNode rule(String chain, JsonNode... expressions) {
        ObjectNode rule =
                JSON.objectNode().put("family", FAMILY).put("table", table).put("chain", chain);
        ArrayNode expr = rule.putArray("expr");
        for (JsonNode expression : expressions) {
            expr.add(expression);
        }
        return add("rule", rule);
    }

    private static ObjectNode add(String kind, ObjectNode object) {
        return command("add", kind, object);
    }

    private static ObjectNode command(String verb, String kind, ObjectNode object) {
        ObjectNode command = JSON.objectNode();
        command.putObject(verb).set(kind, object);
        return command;
    }

    private static ObjectNode match(JsonNode left, String operator, JsonNode right) {
        ObjectNode expression = JSON.objectNode();
        expression.putObject("match").put("op", operator).set("left", left);
        ((ObjectNode) expression.get("match")).set("right", right);
        return expression;
    }

    private static ObjectNode meta(String key, String operator, String value) {
        ObjectNode left = JSON.objectNode();
        left.putObject("meta").put("key", key);
        return match(left, operator, JSON.textNode(value));
    }

    private static ObjectNode ctEstablished() {
        ObjectNode left = JSON.objectNode();
        left.putObject("ct").put("key", "state");
        return match(left, "in", JSON.arrayNode().add("established").add("related"));
    }

    private static ObjectNode source(Subnet subnet) {
        ObjectNode left = JSON.objectNode();
        left.putObject("payload").put("protocol", subnet.isV4() ? "ip" : "ip6").put("field", "saddr");
        ObjectNode prefix = JSON.objectNode();
        prefix.putObject("prefix").put("addr", subnet.network().toString()).put("len", subnet.prefixLength());
        return match(left, "==", prefix);
    }

    private static ObjectNode jump(String chain) {
        ObjectNode expression = JSON.objectNode();
        expression.putObject("jump").put("target", chain);
        return expression;
    }

    private static ObjectNode verdict(String name) {
        ObjectNode expression = JSON.objectNode();
        expression.putNull(name);
        return expression;
    }
}
