package io.swarmnet.dns.names;

import java.util.List;

/**
 * The networks a sandbox is attached to, in the order their names are tried (Docker: user overlays, then ingress, then
 * local networks). It may change while it is served; a question sees the list before or after a change, never half of it.
 */
public final class SandboxNames {
    private volatile List<AttachedNetwork> networks;

    public SandboxNames(List<AttachedNetwork> networks) {
        this.networks = List.copyOf(networks);
    }

    /** Replaces the list; from any thread. */
    public void attach(List<AttachedNetwork> networks) {
        this.networks = List.copyOf(networks);
    }

    public List<AttachedNetwork> networks() {
        return networks;
    }

    /** Whether there is a network and none of them leads outside. */
    public boolean onlyInternal() {
        List<AttachedNetwork> now = networks;
        return !now.isEmpty() && now.stream().allMatch(AttachedNetwork::internal);
    }
}
