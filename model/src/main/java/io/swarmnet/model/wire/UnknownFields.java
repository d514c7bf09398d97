package io.swarmnet.model.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Keeps the fields that a newer build wrote and this one does not know, when this one rewrites an object. */
public final class UnknownFields {
    private UnknownFields() {}

    /**
     * Copies into {@code next} whatever stands in {@code stored} and not in {@code understood}, object by object. Lists are
     * taken from {@code next} as they are.
     *
     * @param stored the object as it was stored
     * @param understood the same object read and written by this build
     * @param next the object as this build wants to write it; changed in place
     */
    public static void carry(JsonNode stored, JsonNode understood, JsonNode next) {
        if (!(next instanceof ObjectNode target) || !stored.isObject()) {
            return;
        }
        for (var field : stored.properties()) {
            JsonNode known = understood.get(field.getKey());
            if (known == null || known.isMissingNode()) {
                if (!target.has(field.getKey()) && !field.getValue().isNull()) {
                    target.set(field.getKey(), field.getValue());
                }
            } else if (target.has(field.getKey())) {
                carry(field.getValue(), known, target.get(field.getKey()));
            }
        }
    }
}
