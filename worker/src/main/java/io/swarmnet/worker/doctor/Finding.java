package io.swarmnet.worker.doctor;

import java.util.Locale;

/**
 * What one check found. Pure.
 *
 * @param id stable, dotted: {@code kernel.vxlan}, {@code peer.<node's name>.tcp}
 * @param what was looked at, in a few words
 * @param cause what was seen; for OK a word or none
 * @param fix a command to paste, or a sentence where there is none; "" when nothing is to be done
 */
public record Finding(String id, String what, Status status, String cause, String fix) {
    /** How bad it is. Only FAIL counts for the exit code. */
    public enum Status {
        OK,
        /** Works, and could be better or will not for everything. */
        WARN,
        FAIL,
        /** Could not be looked at; the cause says why. Never a silent OK. */
        UNCHECKED;

        /** As it is printed. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Finding ok(String id, String what, String seen) {
        return new Finding(id, what, Status.OK, seen, "");
    }

    static Finding warn(String id, String what, String cause, String fix) {
        return new Finding(id, what, Status.WARN, cause, fix);
    }

    static Finding fail(String id, String what, String cause, String fix) {
        return new Finding(id, what, Status.FAIL, cause, fix);
    }

    static Finding unchecked(String id, String what, String why) {
        return new Finding(id, what, Status.UNCHECKED, why, "");
    }
}
