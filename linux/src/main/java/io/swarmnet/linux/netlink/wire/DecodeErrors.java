package io.swarmnet.linux.netlink.wire;

import java.util.concurrent.atomic.LongAdder;

/** Counts what could not be decoded, instead of an exception. Thread-safe. */
public final class DecodeErrors {
    private final LongAdder messages = new LongAdder();
    private final LongAdder attributes = new LongAdder();

    void badMessage() {
        messages.increment();
    }

    void badAttribute() {
        attributes.increment();
    }

    /** Messages cut short, or with a length that cannot be. */
    public long messages() {
        return messages.sum();
    }

    /** Attributes with a length that cannot be, or a value of the wrong size. */
    public long attributes() {
        return attributes.sum();
    }
}
