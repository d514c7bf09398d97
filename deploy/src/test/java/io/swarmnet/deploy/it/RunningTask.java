package io.swarmnet.deploy.it;

import java.util.ArrayList;
import java.util.List;

/**
 * A task that runs, as the docker CLI tells it on the host where it is.
 *
 * @param container its container's whole id
 * @param name such as {@code web.1.xyz}
 * @param address on the network that was asked for
 */
record RunningTask(Host host, String container, String name, String address) {
    private static final int SHORT_ID = 12;

    String shortId() {
        return container.substring(0, SHORT_ID);
    }

    /** A program of its image. */
    Run exec(String... command) {
        List<String> words = new ArrayList<>(List.of("exec", container));
        words.addAll(List.of(command));
        return host.docker(words.toArray(String[]::new));
    }

    /** A program of the machine inside the task's sandbox. */
    Run inSandbox(String... command) {
        List<String> words = new ArrayList<>(List.of("nsenter", "--net=/run/swarmnet/netns/" + shortId(), "--"));
        words.addAll(List.of(command));
        return host.run(words.toArray(String[]::new));
    }

    /** What the task's own resolver answers. */
    Run dig(String... words) {
        List<String> command = new ArrayList<>(List.of("dig", "@127.0.0.11", "+tries=1", "+time=5"));
        command.addAll(List.of(words));
        return inSandbox(command.toArray(String[]::new));
    }

    List<String> addressesOf(String name) {
        return dig("+short", name).lines().stream().sorted().toList();
    }

    /** As its host numbers its processes. */
    String pid() {
        return host.docker("inspect", "--format", "{{.State.Pid}}", container).ok();
    }

    void kill() {
        host.run("kill", "-KILL", pid()).ok();
    }

    @Override
    public String toString() {
        return name + " " + address + " on " + host;
    }
}
