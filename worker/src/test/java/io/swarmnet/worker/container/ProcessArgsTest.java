package io.swarmnet.worker.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.object.ContainerSpec;
import io.swarmnet.worker.image.Images;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProcessArgsTest {
    private static final Images.Image IMAGE = new Images.Image(
            "sha256:0",
            List.of(),
            Instant.EPOCH,
            0,
            List.of("/entry"),
            List.of("serve", "-v"),
            List.of("PATH=/app/bin", "LANG=C"),
            "/srv",
            "app",
            "SIGQUIT",
            List.of());

    private static ContainerSpec spec(List<String> command, List<String> args, List<String> env, String dir) {
        return new ContainerSpec(
                "i", Map.of(), command, args, null, env, dir, null, List.of(), List.of(), List.of(), List.of(), null,
                10_000, false, false, false);
    }

    @Test
    void combinesEntrypointAndCommandAsDocker() {
        assertEquals(List.of("/entry", "serve", "-v"), words(List.of(), List.of()));
        assertEquals(List.of("/entry", "check"), words(List.of(), List.of("check")));
        assertEquals(List.of("sh"), words(List.of("sh"), List.of()));
        assertEquals(List.of("sh", "-c", "ls"), words(List.of("sh"), List.of("-c", "ls")));
    }

    private static List<String> words(List<String> command, List<String> args) {
        return ProcessArgs.of(IMAGE, spec(command, args, List.of(), null), "h").words();
    }

    @Test
    void buildsTheEnvironmentInDockersOrder() {
        ProcessArgs process =
                ProcessArgs.of(IMAGE, spec(List.of(), List.of(), List.of("LANG=de", "X=y", "HOSTNAME"), null), "h");
        assertEquals(List.of("PATH=/app/bin", "LANG=de", "X=y"), process.env());
        assertEquals(
                List.of("PATH=/app/bin", "LANG=fr", "X=y", "N=1"),
                ProcessArgs.overridden(process.env(), List.of("LANG=fr", "N=1")));
    }

    @Test
    void takesTheImagesWordWhereTheContainerHasNone() {
        ProcessArgs process = ProcessArgs.of(IMAGE, spec(List.of(), List.of(), List.of(), null), "h");
        assertEquals("/srv", process.dir());
        assertEquals("app", process.user());
        assertEquals("SIGQUIT", ProcessArgs.stopSignal(IMAGE, spec(List.of(), List.of(), List.of(), null)));
    }

    @Test
    void refusesWhatCannotBeRun() {
        InvalidSpecException relative = assertThrows(
                InvalidSpecException.class,
                () -> ProcessArgs.of(IMAGE, spec(List.of(), List.of(), List.of(), "a/b"), "h"));
        assertEquals("the working directory 'a/b' is invalid, it needs to be an absolute path", relative.getMessage());
        Images.Image empty = new Images.Image(
                "sha256:0", List.of(), Instant.EPOCH, 0, List.of(), List.of(), List.of(), "", "", "", List.of());
        InvalidSpecException nothing = assertThrows(
                InvalidSpecException.class,
                () -> ProcessArgs.of(empty, spec(List.of(), List.of(), List.of(), null), "h"));
        assertEquals("no command specified", nothing.getMessage());
    }

    @Test
    void findsUsersInTheContainersOwnFiles() {
        List<String> passwd = List.of("root:x:0:0::/:/bin/sh", "garbage", "app:x:1000:1001::/:", "1000:x:7:8::/:", "");
        List<String> group = List.of("root:x:0:", "wheel:x:10:app,root", "app:x:1001:", "bad:x:x:app");
        assertEquals(new UserIds(0, 0, List.of(0, 10)), UserIds.of("", passwd, group));
        assertEquals(new UserIds(1000, 1001, List.of(10, 1001)), UserIds.of("app", passwd, group));
        assertEquals(new UserIds(7, 8, List.of(8)), UserIds.of("1000", passwd, group));
        assertEquals(new UserIds(5, 0, List.of()), UserIds.of("5", passwd, group));
        assertEquals(new UserIds(5, 10, List.of()), UserIds.of("5:wheel", passwd, group));
        assertEquals(new UserIds(1000, 99, List.of()), UserIds.of("app:99", passwd, group));
        assertEquals(
                "unable to find user nobody: no matching entries in passwd file",
                assertThrows(InvalidSpecException.class, () -> UserIds.of("nobody", passwd, group))
                        .getMessage());
        assertEquals(
                "unable to find group x: no matching entries in group file",
                assertThrows(InvalidSpecException.class, () -> UserIds.of("app:x", passwd, group))
                        .getMessage());
    }
}
