package io.swarmnet.worker.container;

import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.object.ContainerSpec;
import io.swarmnet.worker.image.Images;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a container's first process is: words, environment, directory, by Docker's rules for image and container. Pure.
 *
 * @param words never empty
 * @param env PATH and HOSTNAME first, then the container's own, then what only the image has; HOME is runc's to add
 */
record ProcessArgs(List<String> words, List<String> env, String dir, String user) {
    private static final String DEFAULT_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    static ProcessArgs of(Images.Image image, ContainerSpec spec, String hostname) {
        String dir = spec.dir() != null && !spec.dir().isEmpty() ? spec.dir() : image.workingDir();
        if (dir.isEmpty()) {
            dir = "/";
        }
        if (!dir.startsWith("/")) {
            throw new InvalidSpecException(
                    "the working directory '" + dir + "' is invalid, it needs to be an absolute path");
        }
        return new ProcessArgs(
                words(image, spec),
                env(List.of(DEFAULT_PATH, "HOSTNAME=" + hostname), spec.env(), image.env()),
                dir,
                spec.user() != null && !spec.user().isEmpty() ? spec.user() : image.user());
    }

    /** A given command replaces the image's entrypoint and with it the image's own arguments. */
    private static List<String> words(Images.Image image, ContainerSpec spec) {
        List<String> words = new ArrayList<>();
        if (spec.command().isEmpty()) {
            words.addAll(image.entrypoint());
            words.addAll(spec.args().isEmpty() ? image.command() : spec.args());
        } else {
            words.addAll(spec.command());
            words.addAll(spec.args());
        }
        if (words.isEmpty() || words.get(0).isEmpty()) {
            throw new InvalidSpecException("no command specified");
        }
        return List.copyOf(words);
    }

    /** Later lists win where they are the user's; a bare {@code NAME} takes the variable away. */
    private static List<String> env(List<String> defaults, List<String> own, List<String> image) {
        Map<String, String> byName = new LinkedHashMap<>();
        defaults.forEach(entry -> byName.put(name(entry), entry));
        Map<String, String> chosen = new LinkedHashMap<>();
        own.forEach(entry -> chosen.put(name(entry), entry));
        image.forEach(entry -> chosen.putIfAbsent(name(entry), entry));
        byName.putAll(chosen);
        return byName.values().stream().filter(entry -> entry.indexOf('=') > 0).toList();
    }

    /** The environment of an exec: the container's, overridden. */
    static List<String> overridden(List<String> env, List<String> own) {
        return env(env, own, List.of());
    }

    private static String name(String entry) {
        int equals = entry.indexOf('=');
        return equals < 0 ? entry : entry.substring(0, equals);
    }

    /** The container's own, its image's, or SIGTERM. */
    static String stopSignal(Images.Image image, ContainerSpec spec) {
        if (spec.stopSignal() != null && !spec.stopSignal().isEmpty()) {
            return spec.stopSignal();
        }
        return image.stopSignal().isEmpty() ? "SIGTERM" : image.stopSignal();
    }
}
