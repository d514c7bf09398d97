package io.swarmnet.worker.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.swarmnet.model.error.InvalidSpecException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {
    @ParameterizedTest
    @CsvSource({
        "busybox, busybox:latest",
        "busybox:1.36, busybox:1.36",
        "library/busybox, busybox:latest",
        "docker.io/library/busybox:x, busybox:x",
        "index.docker.io/busybox, busybox:latest",
        "user/app, user/app:latest",
        "docker.io/user/app:1_2-3.4, user/app:1_2-3.4",
        "localhost/app, localhost/app:latest",
        "registry.example:5000/a/b__c, registry.example:5000/a/b__c:latest",
        "library/a/b, library/a/b:latest",
    })
    void readsFamiliarNames(String text, String tagged) {
        assertEquals(tagged, ImageReference.parse(text).tagged());
    }

    @Test
    void readsDigests() {
        String digest = "sha256:" + "ab".repeat(32);
        ImageReference reference = ImageReference.parse("app:1@" + digest);
        assertEquals(new ImageReference("app", "1", digest), reference);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":tag",
                "a:",
                "a b",
                "a//b",
                "/a",
                "a/",
                "-a",
                "a@sha256:12",
                "a:-x",
                "a..b",
                "a@b",
                "../a",
                "reg_x.y/a",
                "a:b:c",
                "a\n"
            })
    void refusesWhatIsNone(String text) {
        assertThrows(InvalidSpecException.class, () -> ImageReference.parse(text));
    }

    @Test
    void saysThatNamesAreLowercase() {
        assertEquals(
                "invalid reference format: repository name (library/Busybox) must be lowercase",
                assertThrows(InvalidSpecException.class, () -> ImageReference.parse("Busybox"))
                        .getMessage());
    }
}
