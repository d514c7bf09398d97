package io.swarmnet.linux.libc;

import java.nio.ByteBuffer;
import jnr.ffi.Pointer;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;

/** The C functions we call, with C's signatures. See section 2 and 3 of the Linux manual for each. */
public interface SystemCalls {
    int socket(int domain, int type, int protocol);

    int bind(int fd, @In byte[] address, int addressBytes);

    int connect(int fd, @In byte[] address, int addressBytes);

    int listen(int fd, int backlog);

    int getsockname(int fd, @Out byte[] address, @In @Out int[] addressBytes);

    int setsockopt(int fd, int level, int option, @In byte[] value, int valueBytes);

    int getsockopt(int fd, int level, int option, @Out byte[] value, @In @Out int[] valueBytes);

    /** The buffer must be direct and is taken from its position 0. */
    long send(int fd, ByteBuffer buffer, long bytes, int flags);

    /** The buffer must be direct and is filled from its position 0. */
    long recv(int fd, ByteBuffer buffer, long bytes, int flags);

    long sendmsg(int fd, Pointer message, int flags);

    long recvmsg(int fd, Pointer message, int flags);

    long read(int fd, @Out byte[] buffer, long bytes);

    long write(int fd, @In byte[] buffer, long bytes);

    int open(String path, int flags, int mode);

    int close(int fd);

    int fcntl(int fd, int command, long argument);

    int dup(int fd);

    int ioctl(int fd, long request, @In @Out byte[] argument);

    int pipe2(@Out int[] ends, int flags);

    /** {@code pollfd} structures of 8 bytes each, as C lays them out. */
    int poll(@In @Out byte[] descriptors, long count, int timeoutMillis);

    int socketpair(int domain, int type, int protocol, @Out int[] ends);

    int setns(int fd, int namespaceType);

    int unshare(int flags);

    int gettid();

    int getpid();

    int mount(String source, String target, String type, long flags, String data);

    int umount2(String target, int flags);

    int mknod(String path, int mode, long device);

    int kill(int pid, int signal);

    int waitpid(int pid, @Out int[] status, int options);

    int sethostname(@In byte[] name, long bytes);

    int flock(int fd, int operation);

    /** For calls without a wrapper in every C library (pidfd_open, pidfd_getfd). */
    long syscall(long number, long first, long second, long third);

    /**
     * The one signature of six arguments. They are all pointers, which jnr-ffi passes correctly; a test reads the
     * environment, the sixth of them, back from the child.
     */
    int posix_spawn(
            @Out int[] pid, String path, Pointer fileActions, Pointer attributes, Pointer argv, Pointer environment);

    int posix_spawn_file_actions_init(Pointer fileActions);

    int posix_spawn_file_actions_destroy(Pointer fileActions);

    int posix_spawn_file_actions_adddup2(Pointer fileActions, int fd, int target);

    int posix_spawn_file_actions_addclose(Pointer fileActions, int fd);

    int posix_spawn_file_actions_addclosefrom_np(Pointer fileActions, int from);

    int posix_spawn_file_actions_addchdir_np(Pointer fileActions, String directory);

    int posix_spawnattr_init(Pointer attributes);

    int posix_spawnattr_destroy(Pointer attributes);

    int posix_spawnattr_setflags(Pointer attributes, short flags);

    int posix_spawnattr_setsigmask(Pointer attributes, Pointer signals);

    int posix_spawnattr_setsigdefault(Pointer attributes, Pointer signals);

    int sigemptyset(Pointer signals);

    int sigfillset(Pointer signals);
}
