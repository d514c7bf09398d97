package io.swarmnet.worker.image;

import io.swarmnet.model.error.InvalidSpecException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A name for an image, as the distribution project's grammar has it. Pure.
 *
 * @param name as users write it: {@code busybox}, {@code user/app}, {@code registry.example:5000/app}
 * @param tag {@code latest} when none was written
 * @param digest {@code sha256:<64 hex>} or null
 */
public record ImageReference(String name, String tag, String digest) {
    private static final int NAME_LENGTH_MAX = 255;
    private static final String COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
    private static final String LABEL = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
    private static final Pattern PATH = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*");
    private static final Pattern DOMAIN = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*(?::[0-9]+)?");
    private static final Pattern REST =
            Pattern.compile("([^:@]+)(?::([\\w][\\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?");

    /** @throws InvalidSpecException {@code invalid reference format}, Docker's words */
    public static ImageReference parse(String text) {
        if (text == null || text.isEmpty() || text.length() > 2 * NAME_LENGTH_MAX) {
            throw new InvalidSpecException("invalid reference format");
        }
        int slash = text.indexOf('/');
        String first = slash < 0 ? "" : text.substring(0, slash);
        boolean hasDomain = first.contains(".") || first.contains(":") || first.equals("localhost");
        String domain = hasDomain ? first : "";
        Matcher rest = REST.matcher(hasDomain ? text.substring(slash + 1) : text);
        if (!rest.matches() || hasDomain && !DOMAIN.matcher(domain).matches()) {
            throw new InvalidSpecException("invalid reference format");
        }
        String path = rest.group(1);
        if (!PATH.matcher(path).matches()) {
            boolean onlyCase =
                    PATH.matcher(path.toLowerCase(java.util.Locale.ROOT)).matches();
            throw new InvalidSpecException("invalid reference format"
                    + (onlyCase ? ": repository name (" + canonicalPath(domain, path) + ") must be lowercase" : ""));
        }
        String name = familiar(domain, path);
        if (name.length() > NAME_LENGTH_MAX) {
            throw new InvalidSpecException("repository name must not be more than 255 characters");
        }
        return new ImageReference(name, rest.group(2) == null ? "latest" : rest.group(2), rest.group(3));
    }

    private static String canonicalPath(String domain, String path) {
        return domain.isEmpty() && !path.contains("/") ? "library/" + path : path;
    }

    private static String familiar(String domain, String path) {
        if (!domain.isEmpty() && !domain.equals("docker.io") && !domain.equals("index.docker.io")) {
            return domain + "/" + path;
        }
        boolean official = path.startsWith("library/") && path.indexOf('/', "library/".length()) < 0;
        return official ? path.substring("library/".length()) : path;
    }

    /** {@code name:tag}, as {@code docker images} shows it. */
    public String tagged() {
        return name + ":" + tag;
    }
}
