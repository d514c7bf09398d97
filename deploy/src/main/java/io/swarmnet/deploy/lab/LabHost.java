package io.swarmnet.deploy.lab;

import java.nio.file.Path;

/**
 * A host of the lab: network, UTS, mount and process namespaces of its own.
 *
 * @param name hostname, {@code node1} and so on, or {@code outside}
 * @param number from 1; 0 of the outside host
 * @param address on the underlay
 * @param supervisorPid process 1 of the host, as the machine numbers it
 */
record LabHost(String name, int number, String address, long supervisorPid) {
    Path directory(LabPlace place) {
        return place.directory().resolve(name);
    }

    /** Where the daemon's socket is seen from the machine. */
    Path socket(LabPlace place) {
        return directory(place).resolve("docker.sock");
    }

    Path dataRoot(LabPlace place) {
        return directory(place).resolve("data");
    }

    /** Its network namespace, named so that {@code ip netns exec} finds it. */
    Path netns(LabPlace place) {
        return place.netns(name);
    }
}
