package io.swarmnet.worker.doctor;

import io.swarmnet.linux.netns.Netns;
import io.swarmnet.linux.nft.Nftables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The Debian packages a node needs: looked for at each start and by the doctor. Blocks. */
public final class Packages {
    private static final Map<String, Path> PROGRAMS =
            new TreeMap<>(Map.of("runc", Path.of("usr/sbin/runc"), "conmon", Path.of("usr/bin/conmon")));

    private Packages() {}

    /**
     * What is missing, as one sentence with the command that helps; "" when nothing is.
     *
     * @param root {@code /}; another one in tests
     */
    public static String missing(Path root) {
        List<String> names = new ArrayList<>();
        check(root).stream()
                .filter(finding -> finding.status() == Finding.Status.FAIL)
                .forEach(finding -> names.add(finding.id().substring("package.".length())));
        return names.isEmpty()
                ? ""
                : "missing on this host: " + String.join(", ", names) + "; install with: apt-get install -y "
                        + String.join(" ", names);
    }

    static List<Finding> check(Path root) {
        List<Finding> found = new ArrayList<>();
        PROGRAMS.forEach((name, place) -> {
            Path program = root.resolve(place);
            found.add(
                    Files.isExecutable(program)
                            ? Finding.ok("package." + name, name, program.toString())
                            : absent(name, program + " is not there, or may not be executed"));
        });
        found.add(nftables());
        return found;
    }

    private static Finding nftables() {
        try {
            Nftables.open(Netns.current()).close();
            return Finding.ok("package.libnftables1", "libnftables1", "libnftables.so.1");
        } catch (LinkageError | RuntimeException e) {
            return absent("libnftables1", String.valueOf(e.getMessage()));
        }
    }

    private static Finding absent(String name, String cause) {
        return Finding.fail("package." + name, name, cause, "apt-get install -y " + name);
    }
}
