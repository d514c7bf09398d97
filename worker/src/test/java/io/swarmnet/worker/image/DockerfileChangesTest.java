package io.swarmnet.worker.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.NotSupportedException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DockerfileChangesTest {
    private static ImageConfig apply(String... lines) {
        return DockerfileChanges.apply(ImageConfig.EMPTY, List.of(lines));
    }

    @Test
    void readsCommandsInBothForms() {
        assertEquals(
                List.of("nginx", "-g", "daemon off;"),
                apply("CMD [\"nginx\", \"-g\", \"daemon off;\"]").command());
        assertEquals(
                List.of("/bin/sh", "-c", "echo $A | cat"),
                apply("cmd echo $A | cat").command());
        assertEquals(List.of("/e.sh"), apply("ENTRYPOINT [\"/e.sh\"]").entrypoint());
        assertEquals(List.of("/bin/sh", "-c", "['x']"), apply("CMD ['x']").command());
        assertEquals(
                List.of("/bin/sh", "-c", "[1, {}] x"), apply("CMD [1, {}] x").command());
        assertEquals(List.of(), apply("CMD a", "CMD []").command());
    }

    @Test
    void readsVariables() {
        assertEquals(List.of("A=b c"), apply("ENV A b c").env());
        assertEquals(
                List.of("A=b", "C=d e", "F=g\"h"),
                apply("ENV A=b C=\"d e\" F=g\\\"h").env());
        assertEquals(
                List.of("A=2", "B=x y"), apply("ENV A=1", "ENV B='x y' A=2").env());
    }

    @Test
    void readsTheRest() {
        assertEquals(
                List.of("53/udp", "80/tcp", "8000/tcp", "8001/tcp"),
                apply("EXPOSE 80 53/UDP 8000-8001").exposedPorts());
        assertEquals("/a/b", apply("WORKDIR /a", "WORKDIR b/./c/..").workingDir());
        assertEquals("app:app", apply("USER app:app").user());
        assertEquals("SIGQUIT", apply("STOPSIGNAL SIGQUIT").stopSignal());
        assertEquals(ImageConfig.EMPTY, apply("", "  # a comment"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FOO bar | unknown instruction: FOO",
                "RUN ls | run is not a valid change command",
                "ENV | ENV requires at least one argument",
                "ENV A | ENV must have two arguments",
                "ENV A=1 B | Syntax error - can't find = in \"B\". Must be of the form: name=value",
                "ENV =x | ENV names can not be blank",
                "EXPOSE 70000 | Invalid containerPort: 70000",
                "EXPOSE 9-1 | Invalid containerPort: 9-1",
                "EXPOSE 80/icmp | Invalid containerPort: 80/icmp",
                "EXPOSE 1-65535 | Invalid containerPort: 1-65535",
                "USER a b | USER requires exactly one argument",
                "ENV A=\"b | unexpected end of statement while looking for matching quote",
            })
    void namesWhatIsWrong(String line, String message) {
        assertEquals(
                message,
                assertThrows(InvalidSpecException.class, () -> apply(line)).getMessage());
    }

    @Test
    void saysWhatIsNotThereYet() {
        assertThrows(NotSupportedException.class, () -> apply("VOLUME /data"));
    }
}
