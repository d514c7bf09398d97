package io.swarmnet.worker.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.worker.container.HiddenPaths.Mount;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HiddenPathsTest {
    private static final Mount ROOT = new Mount("8:1", Path.of("/"), Path.of("/"));

    @Test
    void hidesWhatIsAskedForAndWhatIsAlwaysHidden() {
        List<String> paths = HiddenPaths.of(List.of(Path.of("/data/x/../swarmnet")), List.of(ROOT));
        assertTrue(paths.containsAll(List.of("/data/swarmnet", "/etc/shadow", "/boot", "/home", "/var/lib/docker")));
        assertFalse(paths.contains("/run"), "covered by a tmpfs that can be written to");
    }

    @Test
    void hidesThePlaceThatIsBoundToTheDataRoot() {
        Mount bound = new Mount("8:1", Path.of("/srv/node1"), Path.of("/var/lib/sn"));
        assertTrue(HiddenPaths.of(List.of(Path.of("/var/lib/sn/data")), List.of(ROOT, bound))
                .contains("/srv/node1/data"));
        Mount below = new Mount("8:1", Path.of("/srv/keys"), Path.of("/var/lib/sn/data/keys"));
        assertTrue(HiddenPaths.of(List.of(Path.of("/var/lib/sn/data")), List.of(ROOT, bound, below))
                .contains("/srv/keys"));
    }

    @Test
    void hidesRelativeToARootThatIsItselfASubtree() {
        Mount root = new Mount("8:1", Path.of("/hosts/n1"), Path.of("/"));
        Mount inside = new Mount("8:1", Path.of("/hosts/n1/deep"), Path.of("/data"));
        Mount outside = new Mount("8:1", Path.of("/elsewhere"), Path.of("/data2"));
        List<String> paths =
                HiddenPaths.of(List.of(Path.of("/data"), Path.of("/data2")), List.of(root, inside, outside));
        assertTrue(paths.contains("/deep"));
        assertFalse(paths.contains("/elsewhere"));
    }

    @Test
    void anotherFileSystemShowsNothingThroughTheRoot() {
        Mount other = new Mount("8:2", Path.of("/secret"), Path.of("/data"));
        assertFalse(
                HiddenPaths.of(List.of(Path.of("/data")), List.of(ROOT, other)).contains("/secret"));
    }

    @Test
    void refusesToHideTheRoot() {
        assertThrows(IllegalArgumentException.class, () -> HiddenPaths.of(List.of(Path.of("/")), List.of(ROOT)));
    }

    @Test
    void readsMountinfo() {
        assertEquals(
                Optional.of(new Mount("98:0", Path.of("/mnt1"), Path.of("/a b"))),
                Mount.parse("36 35 98:0 /mnt1 /a\\040b rw,noatime master:1 - ext3 /dev/root rw,errors=continue"));
        assertEquals(Optional.empty(), Mount.parse("36 35 0:4 net:[4026532] /run/netns/x rw - nsfs nsfs rw"));
        assertEquals(Optional.empty(), Mount.parse(""));
    }
}
