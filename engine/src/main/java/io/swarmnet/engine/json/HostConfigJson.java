package io.swarmnet.engine.json;

import static io.swarmnet.engine.json.DockerJson.object;
import static io.swarmnet.engine.json.DockerJson.texts;
import static io.swarmnet.engine.json.DockerJson.textsOrNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swarmnet.worker.container.Container;
import java.util.List;

/** {@code HostConfig} of a container: what tasks do not have yet stands there with Docker's empty values. */
final class HostConfigJson {
    private static final List<String> EMPTY_LISTS = List.of(
            "BlkioWeightDevice",
            "BlkioDeviceReadBps",
            "BlkioDeviceWriteBps",
            "BlkioDeviceReadIOps",
            "BlkioDeviceWriteIOps");
    private static final List<String> CPU_ZEROS =
            List.of("CpuPeriod", "CpuQuota", "CpuRealtimePeriod", "CpuRealtimeRuntime");

    private HostConfigJson() {}

    static ObjectNode of(Container container, String networkMode) {
        ObjectNode json = object().putNull("Binds").put("ContainerIDFile", "");
        json.putObject("LogConfig").put("Type", "k8s-file").putObject("Config");
        json.put("NetworkMode", networkMode).putObject("PortBindings");
        json.putObject("RestartPolicy").put("Name", "no").put("MaximumRetryCount", 0);
        json.put("AutoRemove", false).put("VolumeDriver", "").putNull("VolumesFrom");
        json.putArray("ConsoleSize").add(0).add(0);
        json.putNull("CapAdd").putNull("CapDrop").put("CgroupnsMode", "host");
        json.set("Dns", texts(container.spec().dnsServers()));
        json.set("DnsOptions", texts(container.spec().dnsOptions()));
        json.set("DnsSearch", texts(container.spec().dnsSearch()));
        json.set("ExtraHosts", textsOrNull(container.spec().hosts()));
        json.putNull("GroupAdd").put("IpcMode", "private").put("Cgroup", "").putNull("Links");
        json.put("OomScoreAdj", 0).put("PidMode", "").put("Privileged", false);
        json.put("PublishAllPorts", false)
                .put("ReadonlyRootfs", container.spec().readOnly());
        json.putNull("SecurityOpt").put("UTSMode", "").put("UsernsMode", "").put("ShmSize", 67_108_864);
        json.put("Runtime", "runc").put("Isolation", "default");
        json.put("CpuShares", 0).put("Memory", 0).put("NanoCpus", 0).put("CgroupParent", "");
        json.put("BlkioWeight", 0);
        EMPTY_LISTS.forEach(json::putArray);
        CPU_ZEROS.forEach(key -> json.put(key, 0));
        json.put("CpusetCpus", "").put("CpusetMems", "").putArray("Devices");
        json.putNull("DeviceCgroupRules").putNull("DeviceRequests");
        json.put("MemoryReservation", 0).put("MemorySwap", 0).putNull("MemorySwappiness");
        json.put("OomKillDisable", false).putNull("PidsLimit").putArray("Ulimits");
        json.put("CpuCount", 0).put("CpuPercent", 0).put("IOMaximumIOps", 0).put("IOMaximumBandwidth", 0);
        json.putArray("MaskedPaths");
        json.putArray("ReadonlyPaths");
        if (container.spec().init()) {
            json.put("Init", true);
        }
        return json;
    }
}
