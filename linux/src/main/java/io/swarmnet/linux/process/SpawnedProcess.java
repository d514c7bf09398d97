package io.swarmnet.linux.process;

import static io.swarmnet.linux.libc.Libc.C;

import io.swarmnet.linux.Errno;
import io.swarmnet.linux.KernelException;
import io.swarmnet.linux.libc.Libc;

/** A child started by {@link Spawn}, to be waited for once. */
public record SpawnedProcess(int pid) {
    private static final int WNOHANG = 1;

    /** Blocks until it ends. Its exit code, or 128 + the signal that killed it. */
    public int waitFor() {
        int[] status = new int[1];
        while (C.waitpid(pid, status, 0) < 0) {
            if (!Libc.interrupted()) {
                throw new KernelException("waitpid " + pid, Libc.errno());
            }
        }
        return exitCode(status[0]);
    }

    /** The exit code if it has ended (it is then reaped), -1 while it runs. */
    public int poll() {
        int[] status = new int[1];
        int result = Libc.check("waitpid " + pid, C.waitpid(pid, status, WNOHANG));
        return result == 0 ? -1 : exitCode(status[0]);
    }

    /** Sends a signal by number; false if the process is gone. */
    public boolean signal(int number) {
        if (C.kill(pid, number) == 0) {
            return true;
        }
        int errno = Libc.errno();
        if (errno == Errno.ESRCH) {
            return false;
        }
        throw new KernelException("kill -" + number + " " + pid, errno);
    }

    private static int exitCode(int status) {
        int signal = status & 0x7f;
        return signal == 0 ? status >>> 8 & 0xff : 128 + signal;
    }
}
