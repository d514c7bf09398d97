package io.swarmnet.engine.json;

import static io.swarmnet.engine.json.DockerJson.array;
import static io.swarmnet.engine.json.DockerJson.object;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/** {@code GET /version} and {@code GET /info}. */
public final class SystemJson {
    public static final String API_VERSION = "1.50";
    public static final String MIN_API_VERSION = "1.24";

    private SystemJson() {}

    public static ObjectNode version(HostFacts host) {
        ObjectNode all = object();
        all.putObject("Platform").put("Name", "swarmnet " + host.swarmnetVersion());
        ObjectNode engine = all.putArray("Components").addObject();
        engine.put("Name", "Engine").put("Version", HostFacts.DOCKER_VERSION);
        engine.putObject("Details")
                .put("ApiVersion", API_VERSION)
                .put("Arch", host.goArchitecture())
                .put("BuildTime", "")
                .put("Experimental", "false")
                .put("GitCommit", "")
                .put("GoVersion", runtime())
                .put("KernelVersion", host.kernelVersion())
                .put("MinAPIVersion", MIN_API_VERSION)
                .put("Os", "linux");
        ((com.fasterxml.jackson.databind.node.ArrayNode) all.get("Components"))
                .addObject()
                .put("Name", "swarmnet")
                .put("Version", host.swarmnetVersion())
                .putObject("Details")
                .put("GitCommit", "");
        return all.put("Version", HostFacts.DOCKER_VERSION)
                .put("ApiVersion", API_VERSION)
                .put("MinAPIVersion", MIN_API_VERSION)
                .put("GitCommit", "")
                .put("GoVersion", runtime())
                .put("Os", "linux")
                .put("Arch", host.goArchitecture())
                .put("KernelVersion", host.kernelVersion())
                .put("BuildTime", "");
    }

    /** There is no Go here; the field tells what runs instead. */
    private static String runtime() {
        return "java" + System.getProperty("java.version");
    }

    /**
     * How many containers and images a node has.
     *
     * @param events clients that listen to events now
     */
    public record Counts(int running, int stopped, int images, int events) {}

    /** @param swarm from {@link SwarmJson#local} */
    public static ObjectNode info(HostFacts host, Counts counts, ObjectNode swarm, Instant now) {
        ObjectNode info = object();
        info.put("ID", host.id())
                .put("Containers", counts.running() + counts.stopped())
                .put("ContainersRunning", counts.running())
                .put("ContainersPaused", 0)
                .put("ContainersStopped", counts.stopped())
                .put("Images", counts.images())
                .put("Driver", "overlay2");
        info.putArray("DriverStatus");
        ObjectNode plugins = info.putObject("Plugins");
        plugins.putArray("Volume");
        plugins.putArray("Network").add("bridge").add("overlay");
        plugins.putNull("Authorization");
        plugins.putArray("Log").add("k8s-file");
        info.put("MemoryLimit", true).put("SwapLimit", true);
        info.put("CpuCfsPeriod", true).put("CpuCfsQuota", true).put("CPUShares", true);
        info.put("CPUSet", true).put("PidsLimit", true);
        info.put("IPv4Forwarding", host.ipv4Forwarding()).put("Debug", false);
        info.put("NFd", 0).put("OomKillDisable", false).put("NGoroutines", Thread.activeCount());
        info.put("SystemTime", DockerJson.time(now)).put("LoggingDriver", "k8s-file");
        info.put("CgroupDriver", "cgroupfs").put("CgroupVersion", host.cgroupVersion());
        info.put("NEventsListener", counts.events()).put("KernelVersion", host.kernelVersion());
        info.put("OperatingSystem", host.operatingSystem()).put("OSVersion", host.osVersion());
        info.put("OSType", "linux").put("Architecture", host.architecture()).put("IndexServerAddress", "");
        ObjectNode registry = info.putObject("RegistryConfig");
        registry.putObject("IndexConfigs");
        registry.putArray("InsecureRegistryCIDRs");
        registry.putNull("Mirrors");
        info.put("NCPU", host.cpus()).put("MemTotal", host.memoryBytes()).putNull("GenericResources");
        info.put("DockerRootDir", host.dataRoot()).put("HttpProxy", "").put("HttpsProxy", "");
        info.put("NoProxy", "").put("Name", host.hostname());
        info.set("Labels", array());
        info.put("ExperimentalBuild", false).put("ServerVersion", HostFacts.DOCKER_VERSION);
        info.putObject("Runtimes").putObject("runc").put("path", "runc");
        info.put("DefaultRuntime", "runc");
        info.set("Swarm", swarm);
        info.put("LiveRestoreEnabled", true).put("Isolation", "").put("InitBinary", "");
        info.putObject("ContainerdCommit").put("ID", "");
        info.putObject("RuncCommit").put("ID", "");
        info.putObject("InitCommit").put("ID", "");
        info.set("SecurityOptions", array());
        info.putObject("FirewallBackend").put("Driver", "nftables");
        info.set("CDISpecDirs", array());
        info.putNull("Warnings");
        return info;
    }
}
