package io.swarmnet.worker.image;

import java.util.List;

/** What a container of an image runs unless told otherwise; Docker's image {@code config}. Lists are never null. Pure. */
public record ImageConfig(
        List<String> entrypoint,
        List<String> command,
        List<String> env,
        String workingDir,
        String user,
        String stopSignal,
        List<String> exposedPorts) {
    /** As {@code docker import} without changes makes it. */
    public static final ImageConfig EMPTY = new ImageConfig(List.of(), List.of(), List.of(), "", "", "", List.of());

    ImageConfig withEntrypoint(List<String> words) {
        return new ImageConfig(words, command, env, workingDir, user, stopSignal, exposedPorts);
    }

    ImageConfig withCommand(List<String> words) {
        return new ImageConfig(entrypoint, words, env, workingDir, user, stopSignal, exposedPorts);
    }

    ImageConfig withEnv(List<String> variables) {
        return new ImageConfig(entrypoint, command, variables, workingDir, user, stopSignal, exposedPorts);
    }

    ImageConfig withWorkingDir(String directory) {
        return new ImageConfig(entrypoint, command, env, directory, user, stopSignal, exposedPorts);
    }

    ImageConfig withUser(String name) {
        return new ImageConfig(entrypoint, command, env, workingDir, name, stopSignal, exposedPorts);
    }

    ImageConfig withStopSignal(String signal) {
        return new ImageConfig(entrypoint, command, env, workingDir, user, signal, exposedPorts);
    }

    ImageConfig withExposedPorts(List<String> ports) {
        return new ImageConfig(entrypoint, command, env, workingDir, user, stopSignal, ports);
    }
}
