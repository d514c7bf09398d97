package io.swarmnet.engine.daemon;

import io.swarmnet.linux.libc.Libc;
import io.swarmnet.linux.netlink.NetlinkHandle;
import io.swarmnet.linux.netns.Netns;
import io.swarmnet.manager.PrivateNamespace;
import io.swarmnet.model.id.Ids;
import io.swarmnet.model.id.NodeId;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadFactory;

/**
 * The manager's private namespace (details B): {@code control/swarmnet-ctl-<instance>} under the exec root, apart from the
 * sandboxes, which the worker clears of what it does not know, with {@code lo} up and
 * nothing else. All of 127.0.0.0/8 is its own, so the loopback identity needs no address of its own.
 */
final class ControlNamespace implements PrivateNamespace {
    private final Netns pinned;
    private final int descriptor;
    // By its descriptor: Hazelcast still starts threads while it ends, when the pin may be gone already.
    private final Netns netns;

    private ControlNamespace(Netns pinned) {
        this.pinned = pinned;
        this.descriptor = pinned.openDescriptor();
        this.netns = new Netns(Path.of("/proc/self/fd/" + descriptor));
    }

    /** Makes the namespace, or takes the one an earlier life left. Blocks. */
    static ControlNamespace open(Path execRoot, String instance) {
        Netns netns = Netns.createIfAbsent(execRoot.resolve("control").resolve("swarmnet-ctl-" + instance));
        try (NetlinkHandle inside = NetlinkHandle.open(netns)) {
            inside.linkSetUp("lo");
        }
        return new ControlNamespace(netns);
    }

    /** The loopback identity of a manager, 127.77.x.y, from its node id: it never changes. */
    static String identity(NodeId node) {
        String hash = Ids.sha256Hex("loopback:" + node.value());
        int x = Integer.parseInt(hash.substring(0, 2), 16);
        int y = 1 + Integer.parseInt(hash.substring(2, 4), 16) % 254;
        return "127.77." + x + "." + y;
    }

    @Override
    public ThreadFactory threads(String prefix) {
        return netns.threadFactory(prefix + "-");
    }

    @Override
    public <T> T call(Callable<T> body) throws Exception {
        return netns.<T, Exception>call(body::call);
    }

    /** Unpins the namespace; it goes with the last thread and socket in it, and {@link #release}. Blocks. */
    void delete() {
        pinned.delete();
    }

    /** Lets go of the namespace: no thread enters it any more. */
    void release() {
        Libc.close(descriptor);
    }
}
