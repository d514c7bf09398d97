package io.swarmnet.manager.scheduler;

import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.Subnet;
import io.swarmnet.model.object.Node;
import io.swarmnet.model.object.NodeDescription;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One placement constraint, {@code KEY==VALUE} or {@code KEY!=VALUE}. Values are compared without regard to case.
 *
 * @param key {@code node.id}, {@code node.hostname}, {@code node.ip}, {@code node.role}, {@code node.platform.os}, {@code
 *     node.platform.arch}, {@code node.labels.K} or {@code engine.labels.K}
 */
public record Constraint(String key, boolean equal, String value) {
    private static final Pattern FORM = Pattern.compile("\\s*([A-Za-z_][\\w.\\-]*)\\s*(==|!=)\\s*(\\S.*?)\\s*");
    private static final List<String> KEYS =
            List.of("node.id", "node.hostname", "node.ip", "node.role", "node.platform.os", "node.platform.arch");

    /** @throws InvalidSpecException when the text is no constraint or its key is not known */
    public static Constraint parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new InvalidSpecException(
                    "rpc error: code = InvalidArgument desc = constraint expected one operator from ==, !=: " + text);
        }
        Constraint constraint =
                new Constraint(matcher.group(1), matcher.group(2).equals("=="), matcher.group(3));
        String key = constraint.key.toLowerCase(Locale.ROOT);
        if (!KEYS.contains(key) && !key.startsWith("node.labels.") && !key.startsWith("engine.labels.")) {
            throw new InvalidSpecException("rpc error: code = InvalidArgument desc = constraint key " + constraint.key
                    + " is not known; known: " + String.join(", ", KEYS) + ", node.labels.K, engine.labels.K");
        }
        if (key.equals("node.ip")) {
            constraint.range();
        }
        return constraint;
    }

    /** True when the node meets all of them; one that cannot be read is met by no node. */
    public static boolean allMatch(List<String> constraints, Node node) {
        try {
            return constraints.stream().map(Constraint::parse).allMatch(constraint -> constraint.matches(node));
        } catch (InvalidSpecException e) {
            return false;
        }
    }

    public boolean matches(Node node) {
        String lower = key.toLowerCase(Locale.ROOT);
        if (lower.equals("node.ip")) {
            return equal == hasAddressIn(range(), node);
        }
        String actual = actual(lower, node);
        return equal == (actual != null && actual.equalsIgnoreCase(lower.endsWith(".arch") ? arch(value) : value));
    }

    private String actual(String lower, Node node) {
        NodeDescription description = node.description();
        return switch (lower) {
            case "node.id" -> node.id().value();
            case "node.role" -> node.spec().role().name();
            case "node.hostname" -> description == null ? null : description.hostname();
            case "node.platform.os" -> description == null ? null : description.operatingSystem();
            case "node.platform.arch" -> description == null ? null : arch(description.architecture());
            default ->
                lower.startsWith("node.labels.")
                        ? label(node.spec().labels(), "node.labels.")
                        : description == null ? null : label(description.engineLabels(), "engine.labels.");
        };
    }

    private String label(Map<String, String> labels, String prefix) {
        return labels == null ? null : labels.get(key.substring(prefix.length()));
    }

    // Docker writes amd64 where the kernel says x86_64, and users write either.
    private static String arch(String name) {
        return switch (name == null ? "" : name.toLowerCase(Locale.ROOT)) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> name;
        };
    }

    private Subnet range() {
        try {
            if (value.indexOf('/') >= 0) {
                return Subnet.parse(value);
            }
            IpAddress address = IpAddress.parse(value);
            return new Subnet(address, address.bits());
        } catch (IllegalArgumentException e) {
            throw new InvalidSpecException(
                    "rpc error: code = InvalidArgument desc = constraint node.ip: " + e.getMessage());
        }
    }

    private static boolean hasAddressIn(Subnet range, Node node) {
        try {
            return node.status().address() != null
                    && range.contains(IpAddress.parse(node.status().address()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
