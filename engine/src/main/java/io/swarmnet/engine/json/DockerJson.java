package io.swarmnet.engine.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swarmnet.model.error.InvalidSpecException;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** Reading and writing JSON the way Docker's Go does: ordered keys, RFC 3339 times with trailing zeros cut. */
public final class DockerJson {
    /** Go's zero time, which Docker prints for "never". */
    public static final String ZERO_TIME = "0001-01-01T00:00:00Z";

    private static final int MAX_DEPTH = 64;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    static {
        MAPPER.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .build());
    }

    private DockerJson() {}

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    public static ArrayNode texts(Collection<String> texts) {
        ArrayNode array = array();
        texts.forEach(array::add);
        return array;
    }

    /** Null when there are none, as Go prints a nil slice. */
    public static JsonNode textsOrNull(Collection<String> texts) {
        return texts == null || texts.isEmpty() ? JsonNodeFactory.instance.nullNode() : texts(texts);
    }

    /** A map with its keys in order, as Go prints it. */
    public static ObjectNode map(Map<String, String> map) {
        ObjectNode object = object();
        new TreeMap<>(map).forEach(object::put);
        return object;
    }

    /** RFC 3339 with nanoseconds and without trailing zeros; {@link #ZERO_TIME} for null. */
    public static String time(Instant instant) {
        if (instant == null) {
            return ZERO_TIME;
        }
        String seconds = Instant.ofEpochSecond(instant.getEpochSecond()).toString();
        if (instant.getNano() == 0) {
            return seconds;
        }
        String nanos = String.format("%09d", instant.getNano()).replaceAll("0+$", "");
        return seconds.substring(0, seconds.length() - 1) + "." + nanos + "Z";
    }

    public static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree is always writable", e);
        }
    }

    /** @throws InvalidSpecException {@code invalid JSON: ...} */
    public static JsonNode read(byte[] bytes) {
        try {
            JsonNode node = MAPPER.readTree(bytes);
            return node == null ? JsonNodeFactory.instance.missingNode() : node;
        } catch (JsonProcessingException e) {
            throw new InvalidSpecException("invalid JSON: "
                    + e.getOriginalMessage().lines().findFirst().orElse("unreadable"));
        } catch (IOException e) {
            throw new InvalidSpecException("invalid JSON: " + e.getMessage());
        }
    }

    /** @throws InvalidSpecException when the text is no JSON */
    public static JsonNode read(String text) {
        return read(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
