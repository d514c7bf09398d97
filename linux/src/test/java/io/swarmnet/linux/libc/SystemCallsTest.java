package io.swarmnet.linux.libc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.swarmnet.linux.Errno;
import io.swarmnet.linux.nft.LibNftables;
import io.swarmnet.linux.packet.PacketCalls;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SystemCallsTest {
    /** jnr-ffi 2.3.4 passes the sixth of six integer arguments as garbage; SpawnKernelTest watches the one exception. */
    @Test
    void noSignatureTakesSixArguments() {
        List<String> tooMany = Stream.of(SystemCalls.class, LibNftables.class, PacketCalls.class)
                .flatMap(type -> Arrays.stream(type.getMethods()))
                .filter(method -> method.getParameterCount() >= 6)
                .map(Method::getName)
                .toList();
        assertEquals(List.of("posix_spawn"), tooMany);
    }

    @Test
    void theExceptionHasNoIntegerArgument() {
        Method spawn = Arrays.stream(SystemCalls.class.getMethods())
                .filter(method -> method.getName().equals("posix_spawn"))
                .findFirst()
                .orElseThrow();
        assertEquals(
                0,
                Arrays.stream(spawn.getParameterTypes())
                        .filter(Class::isPrimitive)
                        .count());
    }

    @Test
    void errnoIsThatOfThisThreadsLastCall() {
        assertEquals(-1, Libc.C.close(-1));
        assertEquals(Errno.EBADF, Libc.errno());
        assertEquals("EBADF", Errno.name(Libc.errno()));
        assertEquals("EHOSTUNREACH", Errno.name(Errno.EHOSTUNREACH));
        assertEquals("EINPROGRESS", Errno.name(Errno.EINPROGRESS));
        assertEquals("EOPNOTSUPP", Errno.name(Errno.EOPNOTSUPP));
        assertEquals("EHWPOISON", Errno.name(133));
    }
}
