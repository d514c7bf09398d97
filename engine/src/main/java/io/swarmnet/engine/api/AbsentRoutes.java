package io.swarmnet.engine.api;

import io.swarmnet.engine.json.DockerJson;

/** What Docker has and swarmnet has not yet: empty lists where clients only look, else 501 with a sentence. */
final class AbsentRoutes {
    private static final String STANDALONE =
            "standalone containers are not there yet: swarmnet runs containers as tasks of services (docker service create)";

    private AbsentRoutes() {}

    static void register(Routes routes) {
        routes.get("/volumes", call -> {
            var json = DockerJson.object();
            json.putArray("Volumes");
            call.json(200, json.putNull("Warnings"));
        });
        for (String list : new String[] {"/secrets", "/configs", "/plugins"}) {
            routes.get(list, call -> call.json(200, EngineApi.none()));
        }
        routes.get("/images/search", call -> call.json(200, EngineApi.none()));
        routes.absent("/containers/create", STANDALONE);
        routes.absent("/containers/prune", STANDALONE);
        routes.absent(
                "/containers/{name}/(?:attach|attach/ws|resize|pause|unpause|start|stop|restart|kill|rename|update|archive|changes|export|top|stats)",
                STANDALONE);
        routes.absent("/containers/{name}", "containers of tasks are removed with their service (docker service rm)");
        routes.absent("/exec/{id}/resize", "exec with a terminal is not there yet: run it without -t");
        routes.absent("/networks/{id}/(?:connect|disconnect)", STANDALONE);
        routes.absent("/volumes**", "volumes are not there yet");
        routes.absent("/secrets**", "secrets are not there yet");
        routes.absent("/configs**", "configs are not there yet");
        routes.absent("/plugins**", "plugins are not there yet");
        routes.absent("/commit", "images from containers are not there yet: use docker import");
        routes.absent("/build**", "building images is not there yet: use docker import");
        routes.absent("/auth", "registries are not there yet: use docker import");
        routes.absent("/distribution**", "registries are not there yet: images come by docker import on each node");
        routes.absent("/images/load", "docker load is not there yet: use docker import");
        routes.absent("/images/(?:get|prune)", "this part of the image API is not there yet");
        routes.absent("/images/{name*}/(?:push|get|history)", "this part of the image API is not there yet");
        routes.absent("/system/df", "system df is not there yet");
        routes.absent("/session", "building images is not there yet: use docker import");
        routes.absent("/swarm/unlock", "locked swarms are not there yet: this swarm is not locked");
    }
}
