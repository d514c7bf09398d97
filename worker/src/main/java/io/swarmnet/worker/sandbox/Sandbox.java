package io.swarmnet.worker.sandbox;

import io.swarmnet.linux.netns.Netns;

/**
 * The network namespace of one task.
 *
 * @param id first 12 characters of the container's id, as Docker names its sandboxes
 */
public record Sandbox(String id, Netns netns) {}
