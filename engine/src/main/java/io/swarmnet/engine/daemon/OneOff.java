package io.swarmnet.engine.daemon;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.swarmnet.engine.json.DockerJson;
import io.swarmnet.engine.json.DoctorJson;
import io.swarmnet.model.error.UnavailableException;
import io.swarmnet.worker.doctor.Doctor;
import io.swarmnet.worker.doctor.Finding;
import io.swarmnet.worker.kernel.ChangedSysctls;
import io.swarmnet.worker.kernel.Owner;
import io.swarmnet.worker.network.GatewayBridge;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@code swarmnetd --doctor} and {@code --undo} do: run once, print JSON, and end. They stand in for a daemon that does
 * not run, with the same configuration. Blocks.
 */
final class OneOff {
    private OneOff() {}

    /** The checks that need no daemon, after one that says that there is none. Changes nothing on disk. */
    static ArrayNode doctor(DaemonConfig config) throws IOException {
        List<Finding> found = new ArrayList<>(List.of(daemon(config)));
        found.addAll(Doctor.run(config.dataRoot(), config.execRoot(), Optional.empty(), ""));
        return DoctorJson.findings(found);
    }

    private static Finding daemon(DaemonConfig config) throws IOException {
        Path lock = config.dataRoot().resolve("daemon.lock");
        if (Files.exists(lock)) {
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
                    FileLock free = channel.tryLock()) {
                if (free == null) {
                    return new Finding(
                            "daemon",
                            "swarmnetd",
                            Finding.Status.FAIL,
                            "process " + Files.readString(lock).strip() + " has the data root " + config.dataRoot()
                                    + " and does not answer where it was looked for",
                            "journalctl -u swarmnet -n 50; its socket is where its -H says: swarmnet -H unix://PATH doctor");
                }
            }
        }
        return new Finding(
                "daemon",
                "swarmnetd",
                Finding.Status.WARN,
                "does not run; what only it knows is not checked",
                "systemctl start swarmnet");
    }

    /**
     * Puts the sysctls back that an earlier daemon changed; a sentence for each.
     *
     * @throws UnavailableException in a swarm, or while a daemon runs on the data root
     */
    static ArrayNode undo(DaemonConfig config) throws IOException {
        if (!Files.isDirectory(config.dataRoot())) {
            return DockerJson.array();
        }
        DataRootLock lock = DataRootLock.take(config.dataRoot());
        try {
            if (new NodeFile(config.dataRoot()).inSwarm()) {
                throw new UnavailableException(ChangedSysctls.IN_A_SWARM);
            }
            GatewayBridge gateway = new GatewayBridge(config.dataRoot(), Owner.of(config.dataRoot()));
            gateway.load();
            return DockerJson.texts(gateway.restoreSysctls());
        } finally {
            lock.close();
        }
    }
}
