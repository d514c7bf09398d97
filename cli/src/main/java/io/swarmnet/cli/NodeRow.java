package io.swarmnet.cli;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A node as a line of {@code node ls}, with the words and the JSON keys of docker. */
record NodeRow(
        String id,
        boolean self,
        String hostname,
        String status,
        String availability,
        String managerStatus,
        String engineVersion,
        String tlsStatus) {
    static NodeRow of(Object node, Object info) {
        String id = Json.text(node, "ID");
        return new NodeRow(
                id,
                id.equals(Json.text(info, "Swarm", "NodeID")),
                Json.text(node, "Description", "Hostname"),
                capitalized(Json.text(node, "Status", "State")),
                capitalized(Json.text(node, "Spec", "Availability")),
                managerStatus(node),
                Json.text(node, "Description", "Engine", "EngineVersion"),
                tlsStatus(node, info));
    }

    private static String managerStatus(Object node) {
        return Json.flag(node, "ManagerStatus", "Leader")
                ? "Leader"
                : capitalized(Json.text(node, "ManagerStatus", "Reachability"));
    }

    private static String tlsStatus(Object node, Object info) {
        Object ofNode = Json.at(node, "Description", "TLSInfo");
        Object ofSwarm = Json.at(info, "Swarm", "Cluster", "TLSInfo");
        if (ofNode == null || ofSwarm == null) {
            return "Unknown";
        }
        return ofNode.equals(ofSwarm) ? "Ready" : "Needs Rotation";
    }

    private static String capitalized(String word) {
        return word.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }

    List<String> cells() {
        return List.of(id + (self ? " *" : "  "), hostname, status, availability, managerStatus, engineVersion);
    }

    Map<String, Object> asMap() {
        Map<String, Object> map = new TreeMap<>();
        map.put("ID", id);
        map.put("Self", self);
        map.put("Hostname", hostname);
        map.put("Status", status);
        map.put("Availability", availability);
        map.put("ManagerStatus", managerStatus);
        map.put("EngineVersion", engineVersion);
        map.put("TLSStatus", tlsStatus);
        return map;
    }
}
