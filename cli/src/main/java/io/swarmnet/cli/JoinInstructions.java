package io.swarmnet.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How another node joins. Docker prints it only when the node has an address as a manager.
 *
 * @param address of this manager, empty when it has none
 */
record JoinInstructions(String workerToken, String managerToken, String address) {
    static JoinInstructions ofNode(Engine engine, String node) {
        Object self = engine.get("/nodes/" + Engine.encode(node));
        Object swarm = engine.get("/swarm");
        return new JoinInstructions(
                Json.text(swarm, "JoinTokens", "Worker"),
                Json.text(swarm, "JoinTokens", "Manager"),
                Json.text(self, "ManagerStatus", "Addr"));
    }

    String token(String role) {
        return role.equals("worker") ? workerToken : managerToken;
    }

    void print(SwarmnetCommand root, String role) {
        if (!address.isEmpty()) {
            root.print("To add a " + role + " to this swarm, run the following command:");
            root.print("");
            root.print("    swarmnet join --token " + token(role) + " " + address);
            root.print("");
        }
    }

    Map<String, Object> asMap(String role, Map<String, Object> first) {
        Map<String, Object> map = new LinkedHashMap<>(first);
        map.put("Role", role);
        map.put("Token", token(role));
        map.put("Addr", address);
        return map;
    }
}
