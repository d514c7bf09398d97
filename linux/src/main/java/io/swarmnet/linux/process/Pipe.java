package io.swarmnet.linux.process;

import static io.swarmnet.linux.libc.Libc.C;

import io.swarmnet.linux.Errno;
import io.swarmnet.linux.KernelException;
import io.swarmnet.linux.libc.Libc;
import java.util.Arrays;

/**
 * A pipe(2) between us and a child: the child is given one end by {@link Spawn#descriptor}, we keep the other. Our calls
 * never block; {@link Poll} waits. Each end is closed once, by the one thread that uses it.
 */
public final class Pipe implements AutoCloseable {
    /** What {@link #read} and {@link #write} answer when they would have to wait. */
    public static final int WOULD_BLOCK = -2;

    private int readEnd;
    private int writeEnd;

    private Pipe(int readEnd, int writeEnd) {
        this.readEnd = readEnd;
        this.writeEnd = writeEnd;
    }

    /** Both ends close-on-exec. The end that we keep is made non-blocking by {@link #ourRead} or {@link #ourWrite}. */
    public static Pipe open() {
        int[] ends = new int[2];
        Libc.check("pipe2", C.pipe2(ends, Libc.O_CLOEXEC));
        return new Pipe(ends[0], ends[1]);
    }

    /** A pipe whose read end is ours; the child gets {@link #writeEnd}. */
    public static Pipe ourRead() {
        Pipe pipe = open();
        nonBlocking(pipe.readEnd);
        return pipe;
    }

    /** A pipe whose write end is ours; the child gets {@link #readEnd}. */
    public static Pipe ourWrite() {
        Pipe pipe = open();
        nonBlocking(pipe.writeEnd);
        return pipe;
    }

    private static void nonBlocking(int fd) {
        int flags = Libc.check("fcntl F_GETFL", C.fcntl(fd, Libc.F_GETFL, 0));
        Libc.check("fcntl F_SETFL", C.fcntl(fd, Libc.F_SETFL, flags | Libc.O_NONBLOCK));
    }

    /** The descriptor to read from, -1 once closed. */
    public int readEnd() {
        return readEnd;
    }

    /** The descriptor to write to, -1 once closed. */
    public int writeEnd() {
        return writeEnd;
    }

    /** The number of bytes read, 0 at the end, {@link #WOULD_BLOCK} when there is nothing yet. */
    public int read(byte[] into) {
        long count = C.read(readEnd, into, into.length);
        return count >= 0 ? (int) count : retry("read of a pipe");
    }

    /** The number of bytes taken, or {@link #WOULD_BLOCK}; {@code EPIPE} when nobody reads any more. */
    public int write(byte[] bytes, int offset) {
        byte[] rest = offset == 0 ? bytes : Arrays.copyOfRange(bytes, offset, bytes.length);
        long count = C.write(writeEnd, rest, rest.length);
        return count >= 0 ? (int) count : retry("write to a pipe");
    }

    private static int retry(String operation) {
        int errno = Libc.errno();
        if (errno == Errno.EAGAIN || errno == Errno.EINTR) {
            return WOULD_BLOCK;
        }
        throw new KernelException(operation, errno);
    }

    public void closeRead() {
        Libc.close(readEnd);
        readEnd = -1;
    }

    public void closeWrite() {
        Libc.close(writeEnd);
        writeEnd = -1;
    }

    @Override
    public void close() {
        closeRead();
        closeWrite();
    }
}
