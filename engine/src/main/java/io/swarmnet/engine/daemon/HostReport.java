package io.swarmnet.engine.daemon;

import io.swarmnet.engine.json.HostFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** Reads what {@code /info} tells about the machine, from /proc and /etc. Blocks. */
final class HostReport {
    private HostReport() {}

    static HostFacts read(DaemonConfig config, String daemonId) {
        io.swarmnet.worker.HostFacts worker = io.swarmnet.worker.HostFacts.read();
        Properties release = osRelease();
        boolean unified = Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"));
        return new HostFacts(
                daemonId,
                config.hostname(),
                line("/proc/sys/kernel/osrelease"),
                release.getProperty("PRETTY_NAME", "Linux").replace("\"", ""),
                release.getProperty("VERSION_ID", "").replace("\"", ""),
                worker.architecture(),
                (int) (worker.nanoCpus() / 1_000_000_000L),
                worker.memoryBytes(),
                unified ? "2" : "1",
                line("/proc/sys/net/ipv4/ip_forward").equals("1"),
                config.dataRoot().toString(),
                version());
    }

    /** The host's name as the kernel of this UTS namespace has it. */
    static String hostname() {
        return line("/proc/sys/kernel/hostname");
    }

    /** This build's version, from the jar; {@code dev} when run from classes. */
    static String version() {
        String version = HostReport.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }

    private static String line(String file) {
        try {
            return Files.readString(Path.of(file)).trim();
        } catch (IOException e) {
            return "";
        }
    }

    private static Properties osRelease() {
        Properties properties = new Properties();
        try (var in = Files.newBufferedReader(Path.of("/etc/os-release"))) {
            properties.load(in);
        } catch (IOException e) {
            // A host without the file has no pretty name.
            return properties;
        }
        return properties;
    }
}
