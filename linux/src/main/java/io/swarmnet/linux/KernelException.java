package io.swarmnet.linux;

/**
 * A system call, netlink request or nft transaction that the kernel refused.
 *
 * <p>The message reads {@code link add vx-4097 (vni 4097): EEXIST (17)}, followed by the kernel's own words where it
 * gave any (netlink's extended acknowledgement, libnftables' error buffer).
 */
public final class KernelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String operation;
    private final int errno;

    /** @param errno the positive error number of {@link Errno} */
    public KernelException(String operation, int errno) {
        this(operation, errno, "");
    }

    /**
     * @param errno the positive error number, or 0 when only words were given
     * @param said the kernel's or the library's own text, empty if none
     */
    public KernelException(String operation, int errno, String said) {
        super(operation
                + (errno == 0 ? "" : ": " + Errno.name(errno) + " (" + errno + ")")
                + (said.isEmpty() ? "" : ": " + said));
        this.operation = operation;
        this.errno = errno;
    }

    /** What was tried, and on what. */
    public String operation() {
        return operation;
    }

    /** The positive error number, 0 if the source gave words only. */
    public int errno() {
        return errno;
    }

    /** The error number's name, such as {@code EEXIST}. */
    public String errnoName() {
        return Errno.name(errno);
    }
}
