package io.swarmnet.model.object;

/** What a node may do; the OU of its certificate is {@code swarm-manager} or {@code swarm-worker}. */
public enum NodeRole {
    WORKER("swarm-worker"),
    MANAGER("swarm-manager");

    private final String organizationalUnit;

    NodeRole(String organizationalUnit) {
        this.organizationalUnit = organizationalUnit;
    }

    public String organizationalUnit() {
        return organizationalUnit;
    }
}
