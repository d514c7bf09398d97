package io.swarmnet.worker.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which FORWARD chains of others drop what tasks send outside: a drop in any base chain is final, an accept in ours is not
 * (details K). Reads what {@code nft -j list ruleset} prints. Pure.
 */
final class ForwardChains {
    private static final String ID = "forward";
    private static final String WHAT = "FORWARD chains of others";

    private final Map<String, JsonNode> chains = new HashMap<>();
    private final Map<String, List<JsonNode>> rules = new HashMap<>();
    private final List<JsonNode> bases = new ArrayList<>();
    private final String bridge;

    private ForwardChains(JsonNode ruleset, String bridge) {
        this.bridge = bridge;
        for (JsonNode entry : ruleset.path("nftables")) {
            JsonNode chain = entry.path("chain");
            JsonNode rule = entry.path("rule");
            if (chain.isObject()) {
                chains.put(key(chain, chain.path("name").asText()), chain);
                if (isForwardOfOthers(chain)) {
                    bases.add(chain);
                }
            } else if (rule.isObject()) {
                rules.computeIfAbsent(key(rule, rule.path("chain").asText()), k -> new ArrayList<>())
                        .add(rule);
            }
        }
    }

    /**
     * One finding for each chain that drops, or one that all is well.
     *
     * @param bridge docker_gwbridge's device
     */
    static List<Finding> judge(JsonNode ruleset, String bridge) {
        ForwardChains all = new ForwardChains(ruleset, bridge);
        List<Finding> found = new ArrayList<>();
        for (JsonNode base : all.bases) {
            Finding finding = all.judge(base);
            if (finding != null) {
                found.add(finding);
            }
        }
        return found.isEmpty() ? List.of(Finding.ok(ID, WHAT, all.bases.isEmpty() ? "none" : "none drops")) : found;
    }

    private static boolean isForwardOfOthers(JsonNode chain) {
        String family = chain.path("family").asText();
        boolean ours = family.equals("inet") && chain.path("table").asText().startsWith("swarmnet");
        return chain.path("hook").asText().equals("forward") && (family.equals("inet") || family.equals("ip")) && !ours;
    }

    private Finding judge(JsonNode base) {
        Set<JsonNode> reached = new LinkedHashSet<>();
        reach(base, reached, new LinkedHashSet<>());
        boolean in = reached.stream().anyMatch(rule -> accepts(rule, "iifname"));
        boolean out = reached.stream().anyMatch(rule -> accepts(rule, "oifname") || acceptsEstablished(rule));
        if (in && out) {
            return null;
        }
        String name = base.path("family").asText() + " " + base.path("table").asText() + " "
                + base.path("name").asText();
        String id =
                ID + "." + base.path("table").asText() + "." + base.path("name").asText();
        if (base.path("policy").asText().equals("drop")) {
            return Finding.fail(
                    id,
                    WHAT,
                    "policy of " + name + " is drop: nothing from or to " + bridge + " passes",
                    line(base, reached));
        }
        long drops = reached.stream().filter(this::mayDrop).count();
        return drops == 0
                ? null
                : Finding.warn(
                        id,
                        WHAT,
                        name + " has " + drops + " rules that drop or reject, which may be met by " + bridge,
                        line(base, reached));
    }

    /** The rules of a chain and of those it jumps to. */
    private void reach(JsonNode chain, Set<JsonNode> reached, Set<String> visited) {
        String key = key(chain, chain.path("name").asText());
        if (!visited.add(key)) {
            return;
        }
        for (JsonNode rule : rules.getOrDefault(key, List.of())) {
            reached.add(rule);
            for (JsonNode expression : rule.path("expr")) {
                for (String verb : List.of("jump", "goto")) {
                    String target = expression.path(verb).path("target").asText();
                    JsonNode next = chains.get(key(chain, target));
                    if (next != null) {
                        reach(next, reached, visited);
                    }
                }
            }
        }
    }

    private boolean accepts(JsonNode rule, String direction) {
        return has(rule, "accept") && bridge.equals(device(rule, direction));
    }

    private static boolean acceptsEstablished(JsonNode rule) {
        return has(rule, "accept")
                && rule.path("expr").toString().contains("\"established\"")
                && device(rule, "oifname") == null;
    }

    /** A drop of packets that may be ours: one that names other devices only is not. */
    private boolean mayDrop(JsonNode rule) {
        if (!has(rule, "drop") && !has(rule, "reject")) {
            return false;
        }
        for (String direction : List.of("iifname", "oifname")) {
            String device = device(rule, direction);
            if (device != null && !device.equals(bridge)) {
                return false;
            }
        }
        return true;
    }

    private static boolean has(JsonNode rule, String verdict) {
        for (JsonNode expression : rule.path("expr")) {
            if (expression.has(verdict)) {
                return true;
            }
        }
        return false;
    }

    /** The device a rule is bound to by {@code ==}, or null. */
    private static String device(JsonNode rule, String direction) {
        for (JsonNode expression : rule.path("expr")) {
            JsonNode match = expression.path("match");
            if (match.path("left").path("meta").path("key").asText().equals(direction)
                    && match.path("op").asText().equals("==")
                    && match.path("right").isTextual()) {
                return match.path("right").asText();
            }
        }
        return null;
    }

    private String line(JsonNode base, Set<JsonNode> reached) {
        String table = base.path("table").asText();
        String chain = base.path("name").asText();
        if (table.equals("firewalld")) {
            return "firewall-cmd --permanent --zone=trusted --add-interface=" + bridge + " && firewall-cmd --reload";
        }
        if (chain.equals("FORWARD") && base.path("family").asText().equals("ip")) {
            boolean docker = chains.containsKey(key(base, "DOCKER-USER"))
                    && reached.stream().anyMatch(rule -> rule.toString().contains("DOCKER-USER"));
            String into = "iptables -I " + (docker ? "DOCKER-USER" : "FORWARD");
            return into + " -i " + bridge + " -j ACCEPT; " + into + " -o " + bridge + " -j ACCEPT";
        }
        String into = "nft insert rule " + base.path("family").asText() + " " + table + " " + chain;
        return into + " iifname " + bridge + " accept; " + into + " oifname " + bridge + " accept";
    }

    private static String key(JsonNode of, String name) {
        return of.path("family").asText() + " " + of.path("table").asText() + " " + name;
    }
}
