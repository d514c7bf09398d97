package io.swarmnet.worker.container;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Whether a pid still is the process it was: pids are given anew, the time of a process's start is not. */
final class ProcessIdentity {
    /** The field of /proc/pid/stat, counted from the one after the program's name. */
    private static final int START_TIME_FIELD = 22 - 3;

    private ProcessIdentity() {}

    /** The process's start in ticks since boot, or -1 when it is gone or only waits to be reaped. */
    static long startTicks(int pid) {
        if (pid <= 0) {
            return -1;
        }
        try {
            String stat =
                    new String(Files.readAllBytes(Path.of("/proc/" + pid + "/stat")), StandardCharsets.ISO_8859_1);
            // The name is in brackets and may hold anything, brackets included.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return fields[0].equals("Z") || fields[0].equals("X") ? -1 : Long.parseLong(fields[START_TIME_FIELD]);
        } catch (IOException e) {
            return -1;
        }
    }

    /** Whether the process was started with this argument, as /proc/pid/cmdline shows it. */
    static boolean hasArgument(int pid, String argument) {
        try {
            byte[] line = Files.readAllBytes(Path.of("/proc/" + pid + "/cmdline"));
            return List.of(new String(line, StandardCharsets.ISO_8859_1).split("\0"))
                    .contains(argument);
        } catch (IOException e) {
            return false;
        }
    }

    /** The kernel's name for this boot. */
    static String bootId() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            return "";
        }
    }

    static boolean alive(int pid, long startTicks, String bootId) {
        return startTicks > 0 && startTicks(pid) == startTicks && bootId().equals(bootId);
    }
}
