package io.swarmnet.engine.json;

import com.fasterxml.jackson.databind.JsonNode;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.NotSupportedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Typed reading of a JSON object that a client sent. A value of the wrong type is refused with its field named (400). Keys
 * are found exactly, or without regard to case as Go finds them. Not thread-safe.
 */
public final class Fields {
    private final String path;
    private final Map<String, JsonNode> values = new LinkedHashMap<>();

    private Fields(String path, JsonNode object) {
        this.path = path;
        object.properties().forEach(field -> values.put(field.getKey(), field.getValue()));
    }

    /**
     * @param path name of the object in messages, empty at the top
     * @param node an object, or null or missing for one without fields
     */
    public static Fields of(String path, JsonNode node) {
        if (node == null || node.isNull() || node.isMissingNode()) {
            return new Fields(path, DockerJson.object());
        }
        if (!node.isObject()) {
            throw wrongType(path.isEmpty() ? "the body" : path, "an object", node);
        }
        return new Fields(path, node);
    }

    /** The value, or null when it is absent or null. */
    public JsonNode get(String key) {
        JsonNode value = values.get(key);
        if (value == null) {
            value = values.entrySet().stream()
                    .filter(entry -> entry.getKey().equalsIgnoreCase(key))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse(null);
        }
        return value == null || value.isNull() ? null : value;
    }

    public boolean has(String key) {
        return get(key) != null;
    }

    /** The text, or "" when absent. */
    public String text(String key) {
        JsonNode value = get(key);
        if (value == null) {
            return "";
        }
        if (!value.isTextual()) {
            throw wrongType(name(key), "a string", value);
        }
        return value.textValue();
    }

    public String textOrNull(String key) {
        String text = text(key);
        return text.isEmpty() ? null : text;
    }

    public boolean flag(String key, boolean otherwise) {
        JsonNode value = get(key);
        if (value == null) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw wrongType(name(key), "true or false", value);
        }
        return value.booleanValue();
    }

    public long number(String key, long otherwise) {
        JsonNode value = get(key);
        if (value == null) {
            return otherwise;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrongType(name(key), "a whole number", value);
        }
        return value.longValue();
    }

    /** Texts of an array; empty when absent. */
    public List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        for (JsonNode element : elements(key)) {
            if (!element.isTextual()) {
                throw wrongType(name(key) + "[" + texts.size() + "]", "a string", element);
            }
            texts.add(element.textValue());
        }
        return List.copyOf(texts);
    }

    /** Texts of an array, or one text alone, as Docker takes Entrypoint and Cmd. */
    public List<String> textsOrOne(String key) {
        JsonNode value = get(key);
        return value != null && value.isTextual() ? List.of(value.textValue()) : texts(key);
    }

    public Map<String, String> textMap(String key) {
        JsonNode value = get(key);
        Map<String, String> map = new LinkedHashMap<>();
        if (value == null) {
            return map;
        }
        if (!value.isObject()) {
            throw wrongType(name(key), "an object", value);
        }
        value.properties().forEach(field -> {
            if (!field.getValue().isTextual()) {
                throw wrongType(name(key) + "." + field.getKey(), "a string", field.getValue());
            }
            map.put(field.getKey(), field.getValue().textValue());
        });
        return map;
    }

    public Fields object(String key) {
        return Fields.of(name(key), get(key));
    }

    public List<Fields> objects(String key) {
        List<Fields> objects = new ArrayList<>();
        for (JsonNode element : elements(key)) {
            objects.add(Fields.of(name(key) + "[" + objects.size() + "]", element));
        }
        return objects;
    }

    private Iterable<JsonNode> elements(String key) {
        JsonNode value = get(key);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            throw wrongType(name(key), "an array", value);
        }
        return value;
    }

    /**
     * Refuses each field that is set to something and is not among those named, so that nothing is dropped silently.
     *
     * @param what the thing in the sentence, such as {@code services}
     */
    public void refuseOthers(String what, String... known) {
        TreeSet<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        names.addAll(List.of(known));
        values.forEach((key, value) -> {
            if (!names.contains(key) && isMeaningful(value)) {
                throw new NotSupportedException(name(key) + " is not supported for " + what + " by swarmnet yet");
            }
        });
    }

    /** False for null, false, 0, "", and for arrays and objects that hold nothing else. */
    public static boolean isMeaningful(JsonNode value) {
        if (value.isContainerNode()) {
            for (JsonNode inner : value) {
                if (isMeaningful(inner)) {
                    return true;
                }
            }
            return false;
        }
        return switch (value.getNodeType()) {
            case NULL, MISSING -> false;
            case BOOLEAN -> value.booleanValue();
            case NUMBER -> value.doubleValue() != 0;
            case STRING -> !value.textValue().isEmpty();
            default -> true;
        };
    }

    /** The full name of a field, as messages say it. */
    public String name(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static InvalidSpecException wrongType(String name, String wanted, JsonNode got) {
        String type =
                switch (got.getNodeType()) {
                    case ARRAY -> "an array";
                    case OBJECT -> "an object";
                    case STRING -> "a string";
                    case NUMBER -> "the number " + got.asText();
                    case BOOLEAN -> got.asText();
                    default -> "null";
                };
        return new InvalidSpecException("invalid JSON: " + name + " must be " + wanted + ", not " + type);
    }
}
