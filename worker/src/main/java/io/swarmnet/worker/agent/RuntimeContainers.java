package io.swarmnet.worker.agent;

import io.swarmnet.model.error.NotFoundException;
import io.swarmnet.model.id.ContainerId;
import io.swarmnet.worker.container.Container;
import io.swarmnet.worker.container.ContainerRequest;
import io.swarmnet.worker.container.ContainerStore;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;

/** The container store as the agent uses it: results come back on the worker's context. */
public final class RuntimeContainers implements TaskContainers {
    private final ContainerStore store;
    private final Context context;

    public RuntimeContainers(ContainerStore store, Context context) {
        this.store = store;
        this.context = context;
    }

    @Override
    public List<Container> list() {
        return store.list();
    }

    @Override
    public Future<Container> create(ContainerRequest request) {
        return here(store.create(request));
    }

    @Override
    public Future<Container> start(ContainerId id) {
        return here(store.start(id, List.of()));
    }

    @Override
    public Future<Void> stop(ContainerId id) {
        long graceMillis;
        try {
            graceMillis = store.find(id.value()).spec().stopGraceMillis();
        } catch (NotFoundException never) {
            return Future.succeededFuture();
        }
        return here(store.stop(id, null, graceMillis)).mapEmpty();
    }

    @Override
    public Future<Void> remove(ContainerId id) {
        return here(store.remove(id));
    }

    private <T> Future<T> here(Future<T> elsewhere) {
        Promise<T> promise = Promise.promise();
        elsewhere.onComplete(done -> context.runOnContext(v -> promise.handle(done)));
        return promise.future();
    }
}
