package io.swarmnet.vxlan.forwarding;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** Frames to test with: of the kernel, and written by hand. */
final class Frames {
    private static final int OUTER_HEADERS_BYTES = 14 + 20 + 8;

    /** 02:42:0a:00:09:01, 10.0.9.1, is behind our port. */
    static final String ARP_REQUEST =
            "ffffffffffff 02420a000901 0806 0001080006040001 02420a000901 0a000901 000000000000 0a000902";

    static final String ARP_UNKNOWN =
            "ffffffffffff 02420a000901 0806 0001080006040001 02420a000901 0a000901 000000000000 0a000909";
    static final String ARP_ANNOUNCEMENT =
            "ffffffffffff 02420a000901 0806 0001080006040001 02420a000901 0a000902 000000000000 0a000902";
    static final String VLAN = "02420a000902 02420a000901 8100 0001 0800 45000014";
    static final String BROADCAST = "ffffffffffff 02420a000901 88b5 0102030405060708";
    static final String UNKNOWN = "02420a000999 02420a000901 88b5 0102030405060708";
    static final String KNOWN = "02420a000907 02420a000901 88b5 0102030405060708";

    private Frames() {}

    /** UDP payloads that Linux sent, see the head of the file. */
    static List<byte[]> ofTheKernel() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Frames.class.getResourceAsStream("/forwarding/kernel-frames.txt"), StandardCharsets.US_ASCII))) {
            return lines.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> HexFormat.of().parseHex(line.substring(2 * OUTER_HEADERS_BYTES)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A neighbour solicitation of 02:42:0a:00:09:01 with a right checksum. */
    static byte[] solicitation(String source, String target, String options) {
        String icmp = "8700 0000 00000000" + target + options;
        int length = icmp.replace(" ", "").length() / 2;
        String ip = "60000000" + String.format("%04x", length) + "3aff" + source + "ff0200000000000000000001ff000002";
        byte[] frame = hex("3333ff000002 02420a000901 86dd" + ip + icmp);
        long sum = length + 58;
        for (int i = 22; i < frame.length; i += 2) {
            sum += (frame[i] & 0xff) << 8 | frame[i + 1] & 0xff;
        }
        int checksum = ~Checksum.fold(sum);
        frame[56] = (byte) (checksum >> 8);
        frame[57] = (byte) checksum;
        return frame;
    }

    static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }
}
