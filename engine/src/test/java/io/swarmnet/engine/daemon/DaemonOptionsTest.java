package io.swarmnet.engine.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.model.error.InvalidSpecException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DaemonOptionsTest {
    private static DaemonConfig config(String file, String... arguments) {
        DaemonOptions options = DaemonOptions.ofArguments(arguments);
        if (file != null) {
            options.addFile(Path.of("/c.json"), file.getBytes(StandardCharsets.UTF_8));
        }
        return options.config("host1");
    }

    private static String refusal(String file, String... arguments) {
        return assertThrows(InvalidSpecException.class, () -> config(file, arguments))
                .getMessage();
    }

    /** The page that comes with the packages has a row for each key, with the default that holds. */
    @Test
    void everyKeyOfTheFileIsDocumented() throws Exception {
        Map<String, String> documented = new TreeMap<>();
        Path packaging = Path.of("..", "deploy", "packaging");
        for (String line : Files.readAllLines(packaging.resolve("daemon.json.md"))) {
            if (line.startsWith("| `")) {
                String[] cells = line.split("\\|");
                documented.put(cells[1].strip().replace("`", ""), cells[2].strip());
            }
        }
        Map<String, String> known = new TreeMap<>();
        for (DaemonOptions.Option option : DaemonOptions.Option.values()) {
            if (option.isKey()) {
                String value = option.defaultValue();
                String said = documented.get(option.flag());
                known.put(option.flag(), value == null ? said : "`" + value + "`");
            }
        }
        assertEquals(known, documented);
        DaemonConfig example = config(Files.readString(packaging.resolve("daemon.json")));
        assertEquals(config(null), example, "the example says the defaults");
    }

    @Test
    void hasDefaults() {
        DaemonConfig config = config(null);
        assertEquals(Path.of("/var/lib/swarmnet"), config.dataRoot());
        assertEquals(List.of("unix:///run/swarmnet/swarmnet.sock"), config.hosts());
        assertEquals("host1", config.hostname());
        assertEquals(7946, config.gossipPort());
        assertFalse(config.hostImage());
    }

    @Test
    void flagsWinOverTheFile() {
        DaemonConfig config = config(
                "{\"data-root\":\"/a\",\"gossip-port\":8000,\"host\":[\"unix:///x\",\"unix:///y\"],\"host-image\":true}",
                "--data-root=/b",
                "--hostname",
                "n7");
        assertEquals(Path.of("/b"), config.dataRoot());
        assertEquals(8000, config.gossipPort());
        assertEquals(List.of("unix:///x", "unix:///y"), config.hosts());
        assertTrue(config.hostImage());
        assertEquals("n7", config.hostname());
        assertEquals(
                List.of("unix:///z"),
                config("{\"host\":\"unix:///x\"}", "-H", "unix:///z").hosts());
    }

    @Test
    void namesWhatIsNotUnderstood() {
        assertEquals("unknown flag: --nosuch", refusal(null, "--nosuch"));
        assertEquals("unknown argument: nosuch", refusal(null, "nosuch"));
        assertEquals("flag needs an argument: --data-root", refusal(null, "--data-root"));
        assertEquals("/c.json: unknown key \"nosuch\"", refusal("{\"nosuch\":1}"));
        assertEquals("/c.json: \"data-root\" has a value of the wrong type", refusal("{\"data-root\":[]}"));
        assertEquals("--gossip-port: 1 to 65535, not \"x\"", refusal(null, "--gossip-port", "x"));
        assertEquals(
                "--data-plane: one of auto, kernel, userspace, not \"dpdk\"", refusal(null, "--data-plane", "dpdk"));
        assertTrue(refusal("{").startsWith("invalid JSON"));
    }

    @Test
    void opensTcpOnlyWhenSaidAloud() {
        assertTrue(refusal(null, "-H", "tcp://127.0.0.1:2375").contains("--tls=false"));
        assertEquals(
                List.of("tcp://127.0.0.1:2375"),
                config(null, "-H", "tcp://127.0.0.1:2375", "--tls=false").hosts());
    }

    @Test
    void imageHostHidesTheApisSocketsWhereverTheyAre() {
        DaemonConfig config = DaemonOptions.ofArguments(
                        "-H", "unix:///srv/api/s.sock", "--host-image-hidden", "/srv/secret", "--exec-root", "/run/x")
                .config("h");
        assertEquals(List.of(Path.of("/srv/secret"), Path.of("/srv/api/s.sock")), Main.hidden(config));
    }
}
