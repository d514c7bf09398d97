package io.swarmnet.manager.store;

/** @param version the store version after the commit; objects it wrote carry it */
public record Committed(long version) {}
