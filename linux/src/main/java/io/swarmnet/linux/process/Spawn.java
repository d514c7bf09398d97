package io.swarmnet.linux.process;

import static io.swarmnet.linux.libc.Libc.C;

import io.swarmnet.linux.KernelException;
import io.swarmnet.linux.libc.Libc;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jnr.ffi.Pointer;

/**
 * A program about to be started, with the descriptors it shall see. Everything not mapped is closed in the child, except
 * that 0, 1 and 2 are {@code /dev/null} unless mapped. The child is in the namespaces of the thread that starts it.
 */
public final class Spawn {
    private static final int HANDLE_BYTES = 1024; // more than any libc's posix_spawn types and sigset_t
    private static final int FIRST_SPARE_DESCRIPTOR = 256;
    private static final short POSIX_SPAWN_SETSIGDEF = 0x04;
    private static final short POSIX_SPAWN_SETSIGMASK = 0x08;
    private static final short POSIX_SPAWN_SETSID = 0x80;

    private final List<String> command;
    private final Map<String, String> environment = new TreeMap<>();
    private final TreeMap<Integer, Integer> descriptors = new TreeMap<>();
    private String directory = "";
    private boolean session;

    private Spawn(List<String> command) {
        this.command = List.copyOf(command);
        if (command.isEmpty() || !command.get(0).startsWith("/")) {
            throw new IllegalArgumentException("A program by its absolute path is needed: " + command);
        }
    }

    /** @param command an absolute path and its arguments; the environment starts empty */
    public static Spawn of(List<String> command) {
        return new Spawn(command);
    }

    public Spawn environment(Map<String, String> variables) {
        environment.putAll(variables);
        return this;
    }

    public Spawn environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** The child's working directory; ours if never called. */
    public Spawn directory(Path path) {
        directory = path.toString();
        return this;
    }

    /** The child sees our descriptor {@code own} as its {@code target}, 0 to 255. Ours stays open and ours. */
    public Spawn descriptor(int target, int own) {
        if (target < 0 || target >= FIRST_SPARE_DESCRIPTOR) {
            throw new IllegalArgumentException("Descriptor out of range 0..255: " + target);
        }
        descriptors.put(target, own);
        return this;
    }

    /** The child leads a session of its own, so that our terminal's signals do not reach it. */
    public Spawn newSession() {
        session = true;
        return this;
    }

    /** Starts it; {@code ENOENT} if there is no such program or directory. */
    public SpawnedProcess start() {
        List<Integer> spares = new ArrayList<>();
        Pointer actions = Libc.memory(HANDLE_BYTES);
        Pointer attributes = Libc.memory(HANDLE_BYTES);
        C.posix_spawn_file_actions_init(actions);
        C.posix_spawnattr_init(attributes);
        try {
            describe(actions, spares);
            signals(attributes);
            int[] pid = new int[1];
            int error = C.posix_spawn(
                    pid,
                    command.get(0),
                    actions,
                    attributes,
                    new Strings(command).pointer,
                    new Strings(environment.entrySet().stream()
                                    .map(e -> e.getKey() + "=" + e.getValue())
                                    .toList())
                            .pointer);
            if (error != 0) {
                throw new KernelException("spawn " + command.get(0), error);
            }
            return new SpawnedProcess(pid[0]);
        } finally {
            spares.forEach(Libc::close);
            C.posix_spawn_file_actions_destroy(actions);
            C.posix_spawnattr_destroy(attributes);
        }
    }

    private void describe(Pointer actions, List<Integer> spares) {
        if (!directory.isEmpty()) {
            require("chdir " + directory, C.posix_spawn_file_actions_addchdir_np(actions, directory));
        }
        for (int standard = 0; standard <= 2; standard++) {
            if (!descriptors.containsKey(standard)) {
                int fd = Libc.open("/dev/null", standard == 0 ? Libc.O_RDONLY : Libc.O_WRONLY);
                spares.add(fd);
                duplicate(actions, spares, fd, standard);
            }
        }
        descriptors.forEach((target, own) -> duplicate(actions, spares, own, target));
        int last = Math.max(2, descriptors.isEmpty() ? 2 : descriptors.lastKey());
        for (int gap = 3; gap < last; gap++) {
            if (!descriptors.containsKey(gap)) {
                require("close", C.posix_spawn_file_actions_addclose(actions, gap));
            }
        }
        // The JVM does not open everything close-on-exec.
        require("closefrom", C.posix_spawn_file_actions_addclosefrom_np(actions, last + 1));
    }

    /** By way of a spare number above all targets, so that no target overwrites a descriptor still to be copied. */
    private static void duplicate(Pointer actions, List<Integer> spares, int own, int target) {
        int spare = Libc.check("dup of descriptor " + own, C.fcntl(own, Libc.F_DUPFD_CLOEXEC, FIRST_SPARE_DESCRIPTOR));
        spares.add(spare);
        require("dup2", C.posix_spawn_file_actions_adddup2(actions, spare, target));
    }

    private void signals(Pointer attributes) {
        // The child starts with no signal blocked or ignored, whatever the JVM's threads have.
        Pointer none = Libc.memory(HANDLE_BYTES);
        Pointer all = Libc.memory(HANDLE_BYTES);
        C.sigemptyset(none);
        C.sigfillset(all);
        require("sigmask", C.posix_spawnattr_setsigmask(attributes, none));
        require("sigdefault", C.posix_spawnattr_setsigdefault(attributes, all));
        int flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | (session ? POSIX_SPAWN_SETSID : 0);
        require("setflags", C.posix_spawnattr_setflags(attributes, (short) flags));
    }

    private static void require(String operation, int error) {
        if (error != 0) {
            throw new KernelException("spawn: " + operation, error);
        }
    }

    /** A null-terminated array of C strings, which lives as long as this object. */
    private static final class Strings {
        private final Pointer pointer;
        private final List<Pointer> kept = new ArrayList<>();

        Strings(List<String> values) {
            int size = Libc.runtime().addressSize();
            pointer = Libc.memory((values.size() + 1) * size);
            for (int i = 0; i < values.size(); i++) {
                byte[] bytes = (values.get(i) + "\0").getBytes(StandardCharsets.UTF_8);
                Pointer text = Libc.memory(bytes.length);
                text.put(0, bytes, 0, bytes.length);
                kept.add(text);
                pointer.putPointer((long) i * size, text);
            }
        }
    }
}
