package io.swarmnet.cli;

/**
 * A further verb of {@code swarmnet}, found by {@link java.util.ServiceLoader}. So another module adds one without this one
 * knowing it; it is loaded only when the verb is none of ours, or help is asked for.
 */
public interface Extension {
    /** A picocli command object; its {@code @Command(name = ...)} is the verb. */
    Object command();
}
