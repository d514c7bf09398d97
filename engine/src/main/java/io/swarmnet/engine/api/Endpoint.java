package io.swarmnet.engine.api;

/** Answers one kind of request. Runs on an event loop; what it throws becomes the answer. */
@FunctionalInterface
interface Endpoint {
    void handle(Call call) throws Exception;
}
