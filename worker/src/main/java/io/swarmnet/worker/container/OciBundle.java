package io.swarmnet.worker.container;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swarmnet.worker.disk.JsonFile;
import java.nio.file.Path;
import java.util.List;

/**
 * The {@code config.json} of the OCI runtime specification for one container, with Docker's defaults: fourteen
 * capabilities, masked and read-only parts of /proc, a /dev of its own. Pure.
 *
 * <p>Not as in Docker: no seccomp profile, and no cgroup file systems are mounted (a namespace per task is what we are
 * for; mounting nine hierarchies would double the time of a start).
 *
 * @param netns path of the network namespace
 * @param hidden paths covered by something empty, of the image host
 * @param scratch paths covered by an empty, writable tmpfs, of the image host
 */
record OciBundle(
        Path rootfs,
        boolean readOnly,
        ProcessArgs process,
        UserIds user,
        String hostname,
        Path netns,
        Path hostsFile,
        Path hostnameFile,
        Path resolvConf,
        String cgroupsPath,
        List<String> hidden,
        List<String> scratch) {
    /** Docker's default set. */
    static final List<String> CAPABILITIES = List.of(
            "CAP_CHOWN",
            "CAP_DAC_OVERRIDE",
            "CAP_FSETID",
            "CAP_FOWNER",
            "CAP_MKNOD",
            "CAP_NET_RAW",
            "CAP_SETGID",
            "CAP_SETUID",
            "CAP_SETFCAP",
            "CAP_SETPCAP",
            "CAP_NET_BIND_SERVICE",
            "CAP_SYS_CHROOT",
            "CAP_KILL",
            "CAP_AUDIT_WRITE");

    private static final List<String> MASKED = List.of(
            "/proc/asound",
            "/proc/acpi",
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/sys/firmware",
            "/sys/devices/virtual/powercap");
    private static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    /** {type, major, minor}; null = any, which may be made but not opened. */
    private static final Object[][] DEVICES = {
        {"c", null, null, "m"},
        {"b", null, null, "m"},
        {"c", 1L, 3L, "rwm"},
        {"c", 1L, 5L, "rwm"},
        {"c", 1L, 7L, "rwm"},
        {"c", 1L, 8L, "rwm"},
        {"c", 1L, 9L, "rwm"},
        {"c", 5L, 0L, "rwm"},
        {"c", 5L, 1L, "rwm"},
        {"c", 5L, 2L, "rwm"},
        {"c", 136L, null, "rwm"},
    };

    ObjectNode json() {
        ObjectNode spec = JsonFile.JSON.createObjectNode();
        spec.put("ociVersion", "1.0.2");
        spec.set("process", process(process, user));
        ObjectNode root = spec.putObject("root");
        root.put("path", rootfs.toString());
        root.put("readonly", readOnly);
        spec.put("hostname", hostname);
        mounts(spec.putArray("mounts"));
        linux(spec.putObject("linux"));
        return spec;
    }

    /** Also the form of a process that joins a running container. */
    static ObjectNode process(ProcessArgs args, UserIds user) {
        ObjectNode process = JsonFile.JSON.createObjectNode();
        process.put("terminal", false);
        ObjectNode ids = process.putObject("user");
        ids.put("uid", user.uid());
        ids.put("gid", user.gid());
        user.groups().forEach(ids.putArray("additionalGids")::add);
        args.words().forEach(process.putArray("args")::add);
        args.env().forEach(process.putArray("env")::add);
        process.put("cwd", args.dir());
        ObjectNode capabilities = process.putObject("capabilities");
        // Docker gives a user other than root the bounding set only.
        for (String set : user.uid() == 0 ? List.of("bounding", "effective", "permitted") : List.of("bounding")) {
            CAPABILITIES.forEach(capabilities.putArray(set)::add);
        }
        process.put("noNewPrivileges", false);
        return process;
    }

    private void mounts(ArrayNode mounts) {
        mount(mounts, "/proc", "proc", "proc", "nosuid", "noexec", "nodev");
        mount(mounts, "/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k");
        mount(
                mounts,
                "/dev/pts",
                "devpts",
                "devpts",
                "nosuid",
                "noexec",
                "newinstance",
                "ptmxmode=0666",
                "mode=0620",
                "gid=5");
        mount(mounts, "/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro");
        mount(mounts, "/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev");
        mount(mounts, "/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", "size=65536k");
        for (String path : scratch) {
            String mode = path.endsWith("tmp") ? "mode=1777" : path.equals("/root") ? "mode=0700" : "mode=0755";
            mount(mounts, path, "tmpfs", "tmpfs", "nosuid", "nodev", mode, "size=65536k");
        }
        mount(mounts, "/etc/resolv.conf", "bind", resolvConf.toString(), "rbind", "rprivate");
        mount(mounts, "/etc/hostname", "bind", hostnameFile.toString(), "rbind", "rprivate");
        mount(mounts, "/etc/hosts", "bind", hostsFile.toString(), "rbind", "rprivate");
    }

    private static void mount(ArrayNode mounts, String to, String type, String source, String... options) {
        ObjectNode mount = mounts.addObject();
        mount.put("destination", to);
        mount.put("type", type);
        mount.put("source", source);
        List.of(options).forEach(mount.putArray("options")::add);
    }

    private void linux(ObjectNode linux) {
        linux.put("cgroupsPath", cgroupsPath);
        ArrayNode namespaces = linux.putArray("namespaces");
        for (String type : List.of("mount", "uts", "pid", "ipc")) {
            namespaces.addObject().put("type", type);
        }
        namespaces.addObject().put("type", "network").put("path", netns.toString());
        ObjectNode sysctl = linux.putObject("sysctl");
        sysctl.put("net.ipv4.ip_unprivileged_port_start", "0");
        sysctl.put("net.ipv4.ping_group_range", "0 2147483647");
        ArrayNode devices = linux.putObject("resources").putArray("devices");
        devices.addObject().put("allow", false).put("access", "rwm");
        for (Object[] rule : DEVICES) {
            ObjectNode device = devices.addObject();
            device.put("allow", true).put("type", (String) rule[0]);
            if (rule[1] != null) {
                device.put("major", (Long) rule[1]);
            }
            if (rule[2] != null) {
                device.put("minor", (Long) rule[2]);
            }
            device.put("access", (String) rule[3]);
        }
        ArrayNode masked = linux.putArray("maskedPaths");
        MASKED.forEach(masked::add);
        hidden.forEach(masked::add);
        READ_ONLY.forEach(linux.putArray("readonlyPaths")::add);
        linux.put("rootfsPropagation", "private");
    }
}
