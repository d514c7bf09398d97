package io.swarmnet.engine.json;

import com.fasterxml.jackson.databind.JsonNode;
import io.swarmnet.model.error.InvalidSpecException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The {@code filters} of a list: {@code {"key":{"value":true}}}, or {@code {"key":["value"]}} of old clients. A thing passes
 * when it matches one value of each key.
 */
public final class Filters {
    private static final int MAX_VALUES = 1_000;

    private final Map<String, Set<String>> values = new LinkedHashMap<>();

    private Filters() {}

    /**
     * @param text the query parameter, or null
     * @param known keys that the list understands; another is {@code invalid filter 'x'} (400)
     */
    public static Filters parse(String text, String... known) {
        Filters filters = new Filters();
        if (text == null || text.isEmpty()) {
            return filters;
        }
        JsonNode root;
        try {
            root = DockerJson.read(text);
        } catch (InvalidSpecException e) {
            throw new InvalidSpecException("invalid filter");
        }
        if (!root.isObject()) {
            throw new InvalidSpecException("invalid filter");
        }
        root.properties().forEach(field -> filters.add(field.getKey(), field.getValue()));
        for (String key : filters.values.keySet()) {
            if (!Arrays.asList(known).contains(key)) {
                throw new InvalidSpecException("invalid filter '" + key + "'");
            }
        }
        return filters;
    }

    private void add(String key, JsonNode node) {
        Set<String> set = values.computeIfAbsent(key, k -> new LinkedHashSet<>());
        if (node.isObject()) {
            node.properties().forEach(field -> {
                if (!field.getValue().isBoolean()) {
                    throw new InvalidSpecException("invalid filter");
                }
                if (field.getValue().booleanValue()) {
                    set.add(field.getKey());
                }
            });
        } else if (node.isArray()) {
            for (JsonNode element : node) {
                if (!element.isTextual()) {
                    throw new InvalidSpecException("invalid filter");
                }
                set.add(element.textValue());
            }
        } else {
            throw new InvalidSpecException("invalid filter");
        }
        if (set.size() > MAX_VALUES) {
            throw new InvalidSpecException("invalid filter: more than " + MAX_VALUES + " values of " + key);
        }
    }

    public boolean has(String key) {
        return !values.getOrDefault(key, Set.of()).isEmpty();
    }

    public Set<String> values(String key) {
        return values.getOrDefault(key, Set.of());
    }

    /** True when the key is absent or one of its values passes. */
    public boolean any(String key, Predicate<String> test) {
        return !has(key) || values.get(key).stream().anyMatch(test);
    }

    public boolean exact(String key, String value) {
        return any(key, value::equals);
    }

    public boolean prefix(String key, String value) {
        return any(key, value::startsWith);
    }

    /** Docker's match of container and network names: a regular expression, or a part of the name. */
    public boolean nameMatch(String key, String name) {
        return any(key, pattern -> name.contains(pattern) || matches(pattern, name));
    }

    private static boolean matches(String pattern, String name) {
        // Only the anchors that users write; a full regular expression from a client could run for hours.
        boolean start = pattern.startsWith("^");
        boolean end = pattern.endsWith("$");
        String plain = pattern.substring(start ? 1 : 0, Math.max(start ? 1 : 0, pattern.length() - (end ? 1 : 0)));
        if (start && plain.startsWith("/")) {
            plain = plain.substring(1);
        }
        if (start && end) {
            return name.equals(plain);
        }
        return start ? name.startsWith(plain) : end && name.endsWith(plain);
    }

    /** Every value {@code k} or {@code k=v} must be among the labels. */
    public boolean labels(String key, Map<String, String> labels) {
        return values(key).stream().allMatch(wanted -> {
            int equals = wanted.indexOf('=');
            String label = equals < 0 ? wanted : wanted.substring(0, equals);
            return labels.containsKey(label) && (equals < 0 || labels.get(label).equals(wanted.substring(equals + 1)));
        });
    }

    /** The boolean of a key such as {@code dangling}; null when absent. */
    public Boolean flag(String key) {
        if (!has(key)) {
            return null;
        }
        boolean yes = values(key).stream().anyMatch(value -> value.equals("1") || value.equalsIgnoreCase("true"));
        boolean no = values(key).stream().anyMatch(value -> value.equals("0") || value.equalsIgnoreCase("false"));
        if (yes == no) {
            throw new InvalidSpecException("invalid filter '" + key + "=" + values(key) + "'");
        }
        return yes;
    }
}
