package io.swarmnet.vxlan.bridge;

import io.swarmnet.linux.Errno;
import io.swarmnet.linux.KernelException;
import io.swarmnet.linux.netlink.NetlinkHandle;
import io.swarmnet.linux.netlink.wire.Link;
import io.swarmnet.linux.netns.Netns;

/** Taking down goes on past a failure and keeps all of them. */
public final class Teardown {
    private Teardown() {}

    /** Runs a step; its failure becomes the first one, or is added to it. */
    public static RuntimeException step(RuntimeException failure, Runnable step) {
        try {
            step.run();
            return failure;
        } catch (RuntimeException e) {
            if (failure == null) {
                return e;
            }
            failure.addSuppressed(e);
            return failure;
        }
    }

    /** Deletes every device of a namespace now; the kernel would do it too, but at a time of its own. */
    public static RuntimeException links(Netns netns) {
        return links(netns, null);
    }

    /** {@link #links(Netns)} after steps that may have failed. */
    public static RuntimeException links(Netns netns, RuntimeException before) {
        RuntimeException failure = before;
        try (NetlinkHandle handle = NetlinkHandle.open(netns)) {
            for (Link link : handle.links()) {
                if (!link.loopback()) {
                    failure = step(failure, () -> deleteIfThere(handle, link.index()));
                }
            }
        } catch (RuntimeException e) {
            return step(failure, () -> {
                throw e;
            });
        }
        return failure;
    }

    /** Deletes a device that may be gone already. */
    public static void deleteIfThere(NetlinkHandle handle, int index) {
        try {
            handle.linkDelete(index);
        } catch (KernelException e) {
            if (e.errno() != Errno.ENODEV) {
                throw e;
            }
        }
    }
}
