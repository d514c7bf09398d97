package io.swarmnet.model.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;

/**
 * The encoding of everything stored or sent: one version byte, then CBOR (RFC 8949) of the record. Fields that a reader
 * does not know are skipped on reading; {@link UnknownFields} carries them over a rewrite.
 */
public final class Encoding {
    /** First byte of every encoding. */
    public static final byte VERSION = 1;

    private static final ObjectMapper CBOR = CBORMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private Encoding() {}

    /** Version byte and CBOR of the value. Equal values give equal bytes. */
    public static byte[] encode(Object value) {
        try {
            byte[] body = CBOR.writeValueAsBytes(value);
            byte[] all = new byte[body.length + 1];
            all[0] = VERSION;
            System.arraycopy(body, 0, all, 1, body.length);
            return all;
        } catch (IOException e) {
            throw new IllegalStateException("encode " + value.getClass().getName() + ": " + e.getMessage(), e);
        }
    }

    /** @throws DecodeException when the version is unknown or the bytes are no value of the type */
    public static <T> T decode(byte[] bytes, Class<T> type) throws DecodeException {
        checkVersion(bytes);
        try {
            T value = CBOR.readValue(bytes, 1, bytes.length - 1, type);
            if (value == null) {
                throw new DecodeException(type.getSimpleName() + ": null");
            }
            return value;
        } catch (IOException | RuntimeException e) {
            throw new DecodeException(type.getSimpleName() + ": " + firstLine(e.getMessage()), e);
        } catch (StackOverflowError e) {
            throw new DecodeException(type.getSimpleName() + ": nested too deep", e);
        }
    }

    /** The bytes as a tree, for what must be kept although it is not understood. */
    public static JsonNode tree(byte[] bytes) throws DecodeException {
        return decode(bytes, JsonNode.class);
    }

    /** The value as a tree of the same encoding. */
    public static JsonNode toTree(Object value) {
        return CBOR.valueToTree(value);
    }

    /** @throws DecodeException when the tree is no value of the type */
    public static <T> T fromTree(JsonNode tree, Class<T> type) throws DecodeException {
        try {
            return CBOR.treeToValue(tree, type);
        } catch (IOException | RuntimeException e) {
            throw new DecodeException(type.getSimpleName() + ": " + firstLine(e.getMessage()), e);
        }
    }

    private static void checkVersion(byte[] bytes) throws DecodeException {
        if (bytes.length < 2) {
            throw new DecodeException("too short: " + bytes.length + " bytes");
        }
        if (bytes[0] != VERSION) {
            throw new DecodeException("version " + bytes[0] + " is not known here; this build reads " + VERSION);
        }
    }

    private static String firstLine(String message) {
        return message == null ? "unreadable" : message.lines().findFirst().orElse("unreadable");
    }
}
