package io.swarmnet.linux.netlink.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our requests beside those iproute2 sent; each file names the command and the version. */
class GoldenRequestTest {
    @ParameterizedTest
    @EnumSource
    void asksWhatIproute2Asks(GoldenRequest golden) throws IOException {
        assertEquals(
                lines(CanonicalRequest.of(read(golden))),
                lines(CanonicalRequest.of(golden.ours.get().bytes(0))),
                golden.command);
    }

    static String lines(Map<String, String> canonical) {
        return canonical.entrySet().stream().map(Object::toString).collect(Collectors.joining("\n"));
    }

    static byte[] read(GoldenRequest golden) throws IOException {
        try (InputStream in = GoldenRequestTest.class.getResourceAsStream(golden.resource())) {
            assertNotNull(in, golden.resource());
            String hex = new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .collect(Collectors.joining());
            return HexFormat.of().parseHex(hex);
        }
    }
}
