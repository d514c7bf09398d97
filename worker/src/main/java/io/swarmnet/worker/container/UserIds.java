package io.swarmnet.worker.container;

import io.swarmnet.model.error.InvalidSpecException;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** The numbers a process runs under, looked up in the container's own passwd and group as Docker does. Pure. */
record UserIds(int uid, int gid, List<Integer> groups) {
    private static final int PASSWD_FIELDS_MIN = 4;

    /**
     * @param user {@code name}, {@code uid}, either with {@code :group} or {@code :gid}, or empty for root
     * @param passwd lines of the container's /etc/passwd; what is no entry is skipped
     * @throws InvalidSpecException {@code unable to find user X: no matching entries in passwd file}
     */
    static UserIds of(String user, List<String> passwd, List<String> group) {
        String[] parts = user.split(":", 2);
        String who = parts[0].isEmpty() ? "0" : parts[0];
        String[] entry = entry(passwd, who);
        int uid;
        int gid = 0;
        if (entry != null) {
            uid = number(entry[2]);
            gid = number(entry[3]);
        } else if (number(who) >= 0) {
            uid = number(who);
        } else {
            throw new InvalidSpecException("unable to find user " + who + ": no matching entries in passwd file");
        }
        if (parts.length == 2 && !parts[1].isEmpty()) {
            return new UserIds(uid, gid(parts[1], group), List.of());
        }
        return new UserIds(uid, gid, entry == null ? List.of() : memberships(entry[0], gid, group));
    }

    private static int gid(String name, List<String> group) {
        String[] entry = entry(group, name);
        int gid = entry == null ? number(name) : number(entry[2]);
        if (gid < 0) {
            throw new InvalidSpecException("unable to find group " + name + ": no matching entries in group file");
        }
        return gid;
    }

    /** By name first, then by number, so that a user called 1000 is possible. */
    private static String[] entry(List<String> lines, String key) {
        String[] byNumber = null;
        for (String line : lines) {
            String[] fields = line.split(":", -1);
            if (fields.length >= PASSWD_FIELDS_MIN && number(fields[2]) >= 0) {
                boolean complete = fields.length == PASSWD_FIELDS_MIN || number(fields[3]) >= 0;
                if (complete && fields[0].equals(key)) {
                    return fields;
                }
                if (complete && byNumber == null && fields[2].equals(key)) {
                    byNumber = fields;
                }
            }
        }
        return byNumber;
    }

    private static List<Integer> memberships(String name, int gid, List<String> group) {
        SortedSet<Integer> gids = new TreeSet<>();
        for (String line : group) {
            String[] fields = line.split(":", -1);
            if (fields.length == PASSWD_FIELDS_MIN
                    && number(fields[2]) >= 0
                    && List.of(fields[3].split(",")).contains(name)) {
                gids.add(number(fields[2]));
            }
        }
        gids.add(gid);
        return List.copyOf(gids);
    }

    private static int number(String digits) {
        if (!digits.matches("[0-9]{1,10}")) {
            return -1;
        }
        long value = Long.parseLong(digits);
        return value <= Integer.MAX_VALUE ? (int) value : -1;
    }
}
