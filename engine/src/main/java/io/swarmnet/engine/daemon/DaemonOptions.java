package io.swarmnet.engine.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import io.swarmnet.engine.json.DockerJson;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.net.HostPort;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The flags and the configuration file of {@code swarmnetd}: one table, read into a {@link DaemonConfig}. Pure. */
final class DaemonOptions {
    /** A flag, which is a key of the configuration file too. */
    enum Option {
        HELP("help", null, "Print this and exit"),
        VERSION("version", null, "Print the version and exit"),
        DOCTOR("doctor", null, "Check this host, print what was found as JSON and exit (see: swarmnet doctor)"),
        UNDO("undo", null, "Put back the sysctls that a daemon changed and exit (see: swarmnet undo)"),
        CONFIG_FILE("config-file", "/etc/swarmnet/daemon.json", "JSON file whose keys are these flags"),
        DATA_ROOT("data-root", "/var/lib/swarmnet", "Directory of what survives restarts"),
        EXEC_ROOT("exec-root", "/run/swarmnet", "Directory of sockets and namespaces"),
        HOST("host", null, "API address, unix:///path or tcp://ip:port (repeatable; -H)"),
        TLS("tls", "true", "Certificates on tcp:// (say --tls=false: they are not there yet)"),
        HOSTNAME("hostname", null, "Name of the node (default: the host's)"),
        LISTEN_ADDR("listen-addr", "0.0.0.0:2377", "Address of a manager's port"),
        GOSSIP_PORT("gossip-port", "7946", "UDP and TCP port of gossip"),
        DATA_PATH_PORT("data-path-port", "0", "UDP port of VXLAN (0: what the swarm says)"),
        DATA_PLANE("data-plane", "auto", "auto, kernel or userspace"),
        HOST_IMAGE("host-image", "false", "Offer the node's root file system as image host"),
        HOST_IMAGE_HIDDEN("host-image-hidden", null, "Further path that image host hides (repeatable)"),
        PIDFILE("pidfile", null, "File for the process id"),
        LOG_LEVEL("log-level", "info", "error, warn, info or debug");

        private final String flag;
        private final String defaultValue;
        private final String help;

        Option(String flag, String defaultValue, String help) {
            this.flag = flag;
            this.defaultValue = defaultValue;
            this.help = help;
        }

        String flag() {
            return flag;
        }

        /** Null = none, or one that depends on the host. */
        String defaultValue() {
            return defaultValue;
        }

        boolean isSwitch() {
            return isOnce() || this == TLS || this == HOST_IMAGE;
        }

        /** Asks for something else than a daemon: a flag only, no key of the file. */
        boolean isOnce() {
            return this == HELP || this == VERSION || this == DOCTOR || this == UNDO;
        }

        /** Whether it may stand in the configuration file. */
        boolean isKey() {
            return !isOnce() && this != CONFIG_FILE;
        }

        boolean isList() {
            return this == HOST || this == HOST_IMAGE_HIDDEN;
        }

        static Option of(String flag) {
            for (Option option : values()) {
                if (option.flag.equals(flag)) {
                    return option;
                }
            }
            return null;
        }
    }

    private final Map<Option, List<String>> given = new EnumMap<>(Option.class);

    /** @throws InvalidSpecException naming what is not understood */
    static DaemonOptions ofArguments(String... arguments) {
        DaemonOptions options = new DaemonOptions();
        for (int i = 0; i < arguments.length; i++) {
            String argument =
                    arguments[i].equals("-H") ? "--host" : arguments[i].equals("-h") ? "--help" : arguments[i];
            if (!argument.startsWith("--")) {
                throw new InvalidSpecException("unknown argument: " + argument);
            }
            int equals = argument.indexOf('=');
            String name = argument.substring(2, equals < 0 ? argument.length() : equals);
            Option option = Option.of(name);
            if (option == null) {
                throw new InvalidSpecException("unknown flag: --" + name);
            }
            if (equals >= 0) {
                options.add(option, argument.substring(equals + 1));
            } else if (option.isSwitch()) {
                options.add(option, "true");
            } else if (i + 1 < arguments.length) {
                options.add(option, arguments[++i]);
            } else {
                throw new InvalidSpecException("flag needs an argument: --" + name);
            }
        }
        return options;
    }

    private void add(Option option, String value) {
        given.computeIfAbsent(option, o -> new ArrayList<>()).add(value);
    }

    boolean has(Option option) {
        return given.containsKey(option);
    }

    /** Where the configuration file is; it may be missing only when no flag names it. */
    Path configFile() {
        return Path.of(text(Option.CONFIG_FILE));
    }

    /** Adds what the configuration file says and no flag does. */
    void addFile(Path file, byte[] content) {
        JsonNode root = DockerJson.read(content);
        if (!root.isObject()) {
            throw new InvalidSpecException(file + ": a JSON object is expected");
        }
        Map<Option, List<String>> flags = new EnumMap<>(given);
        root.properties().forEach(field -> {
            Option option = Option.of(field.getKey());
            if (option == null || !option.isKey()) {
                throw new InvalidSpecException(file + ": unknown key \"" + field.getKey() + "\"");
            }
            JsonNode value = field.getValue();
            boolean list = option.isList() && value.isArray();
            if (value.isNull() || value.isObject() || value.isArray() && !list) {
                throw new InvalidSpecException(file + ": \"" + field.getKey() + "\" has a value of the wrong type");
            }
            if (!flags.containsKey(option)) {
                for (JsonNode one : list ? value : List.of(value)) {
                    add(option, one.asText());
                }
            }
        });
    }

    /**
     * All of it, checked.
     *
     * @param systemHostname used unless one is given
     */
    DaemonConfig config(String systemHostname) {
        Path execRoot = Path.of(text(Option.EXEC_ROOT)).toAbsolutePath().normalize();
        List<String> hosts = given.getOrDefault(Option.HOST, List.of("unix://" + execRoot.resolve("swarmnet.sock")));
        boolean tls = flag(Option.TLS);
        hosts.forEach(host -> checkHost(host, tls));
        String plane = text(Option.DATA_PLANE);
        oneOf(Option.DATA_PLANE, "auto", "kernel", "userspace");
        oneOf(Option.LOG_LEVEL, "error", "warn", "info", "debug");
        int dataPathPort = number(Option.DATA_PATH_PORT, 0, 49_151);
        if (dataPathPort != 0 && dataPathPort < 1_024) {
            throw new InvalidSpecException("--data-path-port: 1024 to 49151, not " + dataPathPort);
        }
        return new DaemonConfig(
                Path.of(text(Option.DATA_ROOT)).toAbsolutePath().normalize(),
                execRoot,
                List.copyOf(hosts),
                tls,
                has(Option.HOSTNAME) ? text(Option.HOSTNAME) : systemHostname,
                text(Option.LISTEN_ADDR),
                number(Option.GOSSIP_PORT, 1, 65_535),
                dataPathPort,
                plane,
                flag(Option.HOST_IMAGE),
                hidden(),
                has(Option.PIDFILE) ? Path.of(text(Option.PIDFILE)) : null,
                text(Option.LOG_LEVEL));
    }

    private List<Path> hidden() {
        List<Path> paths = new ArrayList<>();
        for (String text : given.getOrDefault(Option.HOST_IMAGE_HIDDEN, List.of())) {
            Path path = Path.of(text).normalize();
            if (!path.isAbsolute() || path.getNameCount() == 0) {
                throw new InvalidSpecException(
                        "--host-image-hidden: an absolute path below / is expected, not \"" + text + "\"");
            }
            paths.add(path);
        }
        return List.copyOf(paths);
    }

    private static void checkHost(String host, boolean tls) {
        if (host.startsWith("unix:///")) {
            return;
        }
        if (!host.startsWith("tcp://")) {
            throw new InvalidSpecException("--host " + host + ": unix:///path or tcp://ip:port is expected");
        }
        if (tls) {
            throw new InvalidSpecException("--host " + host + ": the API on TCP gives root on this machine to whoever"
                    + " reaches it, and certificates are not there yet. Say --tls=false to open it all the same.");
        }
        try {
            HostPort.parse(host.substring("tcp://".length()));
        } catch (IllegalArgumentException e) {
            throw new InvalidSpecException("--host " + host + ": " + e.getMessage());
        }
    }

    private String text(Option option) {
        List<String> values = given.get(option);
        return values == null ? option.defaultValue : values.get(values.size() - 1);
    }

    private boolean flag(Option option) {
        oneOf(option, "true", "false");
        return text(option).equals("true");
    }

    private void oneOf(Option option, String... words) {
        if (!List.of(words).contains(text(option))) {
            throw new InvalidSpecException(
                    "--" + option.flag + ": one of " + String.join(", ", words) + ", not \"" + text(option) + "\"");
        }
    }

    private int number(Option option, int min, int max) {
        String text = text(option);
        if (!text.matches("[0-9]{1,6}") || Integer.parseInt(text) < min || Integer.parseInt(text) > max) {
            throw new InvalidSpecException("--" + option.flag + ": " + min + " to " + max + ", not \"" + text + "\"");
        }
        return Integer.parseInt(text);
    }

    static String help() {
        StringBuilder help = new StringBuilder("""
                Usage:  swarmnetd [OPTIONS]

                The daemon of a swarmnet node.

                Examples:
                  swarmnetd
                  swarmnetd --data-root /var/lib/node2 --exec-root /run/node2 -H unix:///run/node2/s.sock

                Options:
                """);
        for (Option option : Option.values()) {
            String left = "--" + option.flag + (option.isSwitch() ? "" : " VALUE");
            String value = option.defaultValue == null ? "" : " (default " + option.defaultValue + ")";
            help.append(String.format("  %-24s %s%s%n", left, option.help, value));
        }
        return help.toString();
    }
}
