package io.swarmnet.worker.kernel;

import io.swarmnet.linux.KernelException;
import io.swarmnet.linux.file.DurableFile;
import io.swarmnet.linux.sysctl.Sysctl;
import io.swarmnet.worker.disk.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host's sysctls that we changed, with what they were before: the first change of each is written down durably before
 * it is made, so that {@code swarmnet undo} finds it however the daemon ended. Blocks; used on the worker's kernel lane, or
 * by the one process that holds the data root's lock.
 */
public final class ChangedSysctls {
    /** Why nothing is put back while it is needed. */
    public static final String IN_A_SWARM =
            "this node is part of a swarm, which needs what undo would take away: leave it first (swarmnet leave)";

    private static final Logger LOG = LoggerFactory.getLogger(ChangedSysctls.class);
    private static final String FORWARD = "net.ipv4.ip_forward";
    private static final String REDIRECTS = "net/ipv4/conf/all/accept_redirects";
    private static final Path DEVICES = Path.of("/proc/sys/net/ipv4/conf");

    private final Path file;

    /**
     * A setting.
     *
     * @param before its value before our first change
     * @param ours what we set it to; of what the kernel changes besides, what it is once ip_forward is 0 again
     */
    public record Change(String key, String before, String ours) {}

    private record Record(List<Change> changes) {}

    public ChangedSysctls(Path dataRoot) {
        this.file = dataRoot.resolve("network").resolve("sysctls.json");
    }

    /** What is changed now, in the order of the changes. */
    public List<Change> list() throws IOException {
        return JsonFile.read(file, Record.class).map(Record::changes).orElse(List.of());
    }

    /** Lets the host forward IPv4. Equivalent to: sysctl -w net.ipv4.ip_forward=1, unless it is so already. */
    public void forwardIpv4() throws IOException {
        if (Sysctl.read(FORWARD).equals("1")) {
            return;
        }
        if (list().isEmpty()) {
            List<Change> changes = new ArrayList<>(List.of(new Change(FORWARD, "0", "1")));
            changes.addAll(alsoChangedByTheKernel());
            JsonFile.write(file, new Record(changes));
        }
        Sysctl.write(FORWARD, "1");
        LOG.info("Sysctl changed key={} before=0 now=1; \"swarmnet undo\" puts it back", FORWARD);
    }

    /**
     * What writing ip_forward overwrites besides: the forwarding of each device, and all/accept_redirects with its
     * opposite (net/ipv4/devinet.c, inet_forward_change). Only values that ip_forward=0 would not bring back by itself.
     */
    private static List<Change> alsoChangedByTheKernel() throws IOException {
        List<Change> changes = new ArrayList<>();
        if (Sysctl.read(REDIRECTS).equals("0")) {
            changes.add(new Change(REDIRECTS, "0", "1"));
        }
        try (Stream<Path> devices = Files.list(DEVICES)) {
            for (Path device : devices.sorted().toList()) {
                String key = "net/ipv4/conf/" + device.getFileName() + "/forwarding";
                if (!device.endsWith("all") && Sysctl.read(key).equals("1")) {
                    changes.add(new Change(key, "1", "0"));
                }
            }
        }
        return changes;
    }

    /**
     * Puts everything back and forgets it; after a crash in the middle, again. A value that somebody changed after us stays, and so do those of devices that
     * are gone.
     *
     * @return a sentence for each setting
     */
    public List<String> restore() throws IOException {
        List<String> told = new ArrayList<>();
        for (Change change : list()) {
            told.add(restore(change));
        }
        DurableFile.delete(file);
        told.forEach(sentence -> LOG.info("Sysctl undone: {}", sentence));
        return told;
    }

    private static String restore(Change change) {
        try {
            String now = Sysctl.read(change.key());
            if (now.equals(change.before())) {
                return change.key() + " is " + now + " again already";
            }
            if (!now.equals(change.ours())) {
                return change.key() + " is " + now + ", changed by somebody else since: left alone";
            }
            Sysctl.write(change.key(), change.before());
            return change.key() + " = " + change.before();
        } catch (KernelException gone) {
            return change.key() + " is not there any more";
        }
    }
}
