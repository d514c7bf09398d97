package io.swarmnet.engine.json;

/**
 * What {@code /info} and {@code /version} tell about the machine and this build.
 *
 * @param id of the daemon, a UUID kept in the data root
 * @param architecture as {@code uname -m} has it, {@code x86_64}
 * @param cgroupVersion {@code 1} or {@code 2}
 * @param swarmnetVersion of this build
 */
public record HostFacts(
        String id,
        String hostname,
        String kernelVersion,
        String operatingSystem,
        String osVersion,
        String architecture,
        int cpus,
        long memoryBytes,
        String cgroupVersion,
        boolean ipv4Forwarding,
        String dataRoot,
        String swarmnetVersion) {
    /** The Docker engine whose API this one has; clients compare it. */
    public static final String DOCKER_VERSION = "28.2.2";

    /** Go's name of the architecture, as {@code docker version} prints it. */
    public String goArchitecture() {
        return switch (architecture) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> architecture;
        };
    }
}
