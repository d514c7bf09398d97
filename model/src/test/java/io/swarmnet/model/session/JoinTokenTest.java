package io.swarmnet.model.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.model.error.InvalidSpecException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JoinTokenTest {
    /** The token that Docker's "Getting started with swarm mode" prints. */
    private static final String DOCKERS_EXAMPLE =
            "SWMTKN-1-49nj1cmql0jkz5s954yi3oex3nedyz0fb0xx14ie39trti4wxv-8vxv8rssmk743ojnwacrr2e7c";

    @Test
    void readsAndWritesDockersExample() {
        JoinToken token = JoinToken.parse(DOCKERS_EXAMPLE);
        assertEquals(DOCKERS_EXAMPLE, token.text());
        assertEquals("8vxv8rssmk743ojnwacrr2e7c", token.secret());
        assertEquals(64, token.fingerprint().length());
    }

    @Test
    void everyTokenComesBack() {
        Random random = new Random(2377);
        for (int i = 0; i < 500; i++) {
            String pem = "root " + random.nextLong();
            JoinToken token = JoinToken.of(pem, JoinToken.newSecret(random));
            JoinToken read = JoinToken.parse(token.text());
            assertEquals(token, read);
            assertEquals(token.fingerprint(), read.fingerprint());
            assertTrue(read.matches(pem));
            assertFalse(read.matches(pem + "\n"));
            assertEquals(50 + 25 + "SWMTKN-1--".length(), token.text().length());
        }
    }

    @Test
    void whatIsNoTokenIsRefusedInDockersWords() {
        String digest = DOCKERS_EXAMPLE.split("-")[2];
        String secret = DOCKERS_EXAMPLE.split("-")[3];
        String[] wrong = {
            null,
            "",
            "SWMTKN-1-bad",
            "SWMTKN-2-1-" + digest + "-" + secret,
            "SWMTKN-2-" + digest + "-" + secret,
            "swmtkn-1-" + digest + "-" + secret,
            "SWMTKN-1-" + digest.substring(1) + "-" + secret,
            "SWMTKN-1-" + digest.toUpperCase(java.util.Locale.ROOT) + "-" + secret,
            "SWMTKN-1-" + "z".repeat(50) + "-" + secret,
            "SWMTKN-1-" + digest + "-" + secret + "0",
            "SWMTKN-1-" + digest + "-" + secret + "-",
            "x".repeat(1 << 20)
        };
        for (String text : wrong) {
            InvalidSpecException refusal = assertThrows(InvalidSpecException.class, () -> JoinToken.parse(text), text);
            assertEquals("invalid join token", refusal.getMessage());
        }
    }

    @Test
    void neverShowsItsSecretInALog() {
        assertFalse(JoinToken.parse(DOCKERS_EXAMPLE).toString().contains("8vxv8rss"));
    }
}
