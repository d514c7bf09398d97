package io.swarmnet.linux.netlink.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.swarmnet.linux.ScratchNetns;
import io.swarmnet.linux.netns.Netns;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs iproute2 under strace again and compares with the files; with SWARMNET_GOLDEN=directory in the environment writes them.
 * Versions may add attributes, so another version than the file's is compared only if it says the same.
 */
@Tag("root")
@Timeout(60)
class GoldenCaptureKernelTest {
    private static final Pattern DUMP_LINE = Pattern.compile("\\| [0-9a-f]{5,}  ((?:[0-9a-f]{2} {1,2}){1,16})");

    @ParameterizedTest
    @EnumSource
    void iproute2StillSendsTheFile(GoldenRequest golden) throws IOException {
        ScratchNetns.requireRoot();
        ScratchNetns.require(Files.isExecutable(Path.of("/usr/bin/strace")), "needs strace");
        String version = ScratchNetns.run(List.of("ip", "-V")).strip();
        byte[] captured;
        try (ScratchNetns scratch = new ScratchNetns()) {
            Netns netns = scratch.add("golden");
            for (String line : GoldenRequest.SETTING) {
                ScratchNetns.inside(netns, line.split(" "));
            }
            List<String> traced = new ArrayList<>(List.of("strace", "-e", "trace=sendmsg", "-e", "write=all"));
            traced.addAll(List.of(golden.command.split(" ")));
            captured =
                    lastOfType(ScratchNetns.inside(netns, traced.toArray(String[]::new)), golden.type, golden.command);
        }
        String directory = System.getenv("SWARMNET_GOLDEN");
        if (directory != null) {
            Files.writeString(
                    Path.of(directory, golden.resource()),
                    "# command: " + golden.command + "\n# tool: " + version
                            + "\n# captured with: strace -e trace=sendmsg -e write=all; sequence number zeroed\n"
                            + HexFormat.of().formatHex(captured) + "\n");
            return;
        }
        String made = new String(GoldenCaptureKernelTest.class
                .getResourceAsStream(golden.resource())
                .readAllBytes());
        assumeTrue(made.contains("# tool: " + version + "\n"), "file was made by another version");
        assertEquals(
                GoldenRequestTest.lines(CanonicalRequest.of(GoldenRequestTest.read(golden))),
                GoldenRequestTest.lines(CanonicalRequest.of(captured)),
                golden.command);
    }

    /** The last message of the type in strace's dump, its sequence number (a time) zeroed. */
    private static byte[] lastOfType(String strace, int type, String command) {
        byte[] found = null;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String line : (strace + "\nend").split("\n")) {
            Matcher matcher = DUMP_LINE.matcher(line);
            if (matcher.find()) {
                bytes.writeBytes(HexFormat.of().parseHex(matcher.group(1).replace(" ", "")));
            } else if (bytes.size() > 16) {
                ByteBuffer message = ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.nativeOrder());
                if (message.getShort(4) == type) {
                    message.putInt(8, 0);
                    found = Arrays.copyOf(message.array(), message.getInt(0));
                }
                bytes.reset();
            } else {
                bytes.reset();
            }
        }
        if (found == null) {
            throw new AssertionError("no message of type " + type + " in the trace of " + command + ":\n" + strace);
        }
        return found;
    }
}
