package io.swarmnet.worker.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.model.session.NodeAnswer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {
    @TempDir
    Path directory;

    /** Lines as conmon 2.1.6 wrote them for {@code echo hi; printf no-newline; echo err >&2}. */
    private static final String CAPTURED = "2026-11-21T19:08:00.316258992+00:00 stdout F hi\n"
            + "2026-11-21T19:08:00.316258992+00:00 stdout P no-newline\n"
            + "2026-11-21T19:08:00.316309457+00:00 stderr F err\n";

    private LogFile file(String text) throws IOException {
        Path path = directory.resolve("log");
        Files.writeString(path, text, StandardCharsets.ISO_8859_1);
        return new LogFile(path);
    }

    private static String text(List<NodeAnswer.Piece> pieces) {
        StringBuilder text = new StringBuilder();
        pieces.forEach(piece -> text.append(new String(piece.bytes(), StandardCharsets.ISO_8859_1)));
        return text.toString();
    }

    @Test
    void readsWhatConmonWrote() throws IOException {
        LogFile.Read read = file(CAPTURED).read(0, -1, 1 << 20);
        assertEquals("hi\nno-newlineerr\n", text(read.pieces()));
        assertEquals(
                List.of(1, 1, 2),
                read.pieces().stream().map(NodeAnswer.Piece::stream).toList());
        assertEquals(
                List.of(false, true, false),
                read.pieces().stream().map(NodeAnswer.Piece::partial).toList());
        assertEquals(
                Instant.parse("2026-11-21T19:08:00.316309457Z"),
                read.pieces().get(2).time());
        assertTrue(read.atEnd());
        assertEquals(CAPTURED.length() + 1, offset(read.cursor()));
    }

    @Test
    void goesOnAtTheCursorAndWaitsForWholeLines() throws IOException {
        LogFile.Read first = file(CAPTURED.substring(0, 60)).read(0, -1, 1 << 20);
        assertEquals("hi\n", text(first.pieces()));
        LogFile.Read second = file(CAPTURED).read(first.cursor(), 5, 1);
        assertEquals("no-newline", text(second.pieces()));
        assertEquals("err\n", text(file(CAPTURED).read(second.cursor(), -1, 1).pieces()));
        assertEquals(
                List.of(),
                new LogFile(directory.resolve("none")).read(0, -1, 10).pieces());
    }

    private static long offset(long cursor) {
        return cursor & (1L << 40) - 1;
    }

    @Test
    void goesOnAtTheBeginningOfTheFileThatTookItsPlace() throws IOException {
        LogFile.Read first = file(CAPTURED).read(0, -1, 1 << 20);
        Path next = directory.resolve("log.tmp");
        Files.writeString(
                next, "2026-11-21T19:08:01.0+00:00 stdout F a line that is longer than what was there\n".repeat(9));
        Files.move(next, directory.resolve("log"), StandardCopyOption.REPLACE_EXISTING);
        LogFile file = new LogFile(directory.resolve("log"));
        LogFile.Read second = file.read(first.cursor(), -1, 1 << 20);
        assertEquals(9, second.pieces().size());
        assertEquals(0, file.read(second.cursor(), -1, 1 << 20).pieces().size());
    }

    @Test
    void countsTheTailInLinesOfTheProgram() throws IOException {
        StringBuilder log = new StringBuilder();
        for (int i = 0; i < 3000; i++) {
            log.append("2026-11-21T19:08:00.1+00:00 stdout P ")
                    .append("x".repeat(i % 97))
                    .append('\n');
            log.append("2026-11-21T19:08:00.1+00:00 stdout F ").append(i).append('\n');
        }
        LogFile file = file(log.toString());
        assertEquals("", text(file.read(0, 0, 1 << 20).pieces()));
        assertEquals(
                "x".repeat(2999 % 97) + "2999\n", text(file.read(0, 1, 1 << 20).pieces()));
        assertEquals(2 * 2500, file.read(0, 2500, 1 << 20).pieces().size());
        assertEquals(6000, file.read(0, 100_000, 1 << 20).pieces().size());
        assertEquals(
                "b\nc",
                text(file("2026-11-21T19:08:00.1+00:00 stdout F a\n2026-11-21T19:08:00.1+00:00 stdout F b\n"
                                + "2026-11-21T19:08:00.1+00:00 stdout P c\n")
                        .read(0, 2, 100)
                        .pieces()));
    }

    @Test
    void roundTripsWhateverWasWrittenInWhateverSteps() throws IOException {
        for (long seed = 0; seed < 30; seed++) {
            Random random = new Random(seed);
            StringBuilder log = new StringBuilder();
            StringBuilder expected = new StringBuilder();
            for (int i = random.nextInt(200); i >= 0; i--) {
                StringBuilder content = new StringBuilder();
                for (int length = random.nextInt(300); length > 0; length--) {
                    char c = (char) random.nextInt(256);
                    content.append(c == '\n' ? ' ' : c);
                }
                boolean partial = random.nextInt(4) == 0;
                log.append("2026-11-21T19:08:00.")
                        .append(random.nextInt(1_000_000_000))
                        .append("+00:00 ");
                log.append(random.nextBoolean() ? "stdout " : "stderr ").append(partial ? "P " : "F ");
                log.append(content).append('\n');
                expected.append(content).append(partial ? "" : "\n");
            }
            LogFile file = file(log.toString());
            List<NodeAnswer.Piece> pieces = new ArrayList<>();
            LogFile.Read read = file.read(0, -1, 1 + random.nextInt(5000));
            while (!read.pieces().isEmpty()) {
                pieces.addAll(read.pieces());
                read = file.read(read.cursor(), -1, 1 + random.nextInt(5000));
            }
            assertEquals(expected.toString(), text(pieces), "seed " + seed);
        }
    }

    @Test
    void passesOverGarbageAndAnyCursor() throws IOException {
        for (long seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            byte[] garbage = new byte[random.nextInt(200_000)];
            random.nextBytes(garbage);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.write(garbage);
            all.write(("\n" + CAPTURED).getBytes(StandardCharsets.US_ASCII));
            Path path = directory.resolve("garbage");
            Files.write(path, all.toByteArray());
            LogFile file = new LogFile(path);
            long cursor = 0;
            List<NodeAnswer.Piece> pieces = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                LogFile.Read read = file.read(cursor, -1, 10_000);
                pieces.addAll(read.pieces());
                if (read.atEnd() && read.pieces().isEmpty()) {
                    break;
                }
                cursor = read.cursor();
            }
            assertTrue(text(pieces).endsWith("hi\nno-newlineerr\n"), "seed " + seed);
            file.read(random.nextLong(), random.nextInt(), 10);
            file.read(0, random.nextInt(100), 10);
        }
        byte[] endless = new byte[300_000];
        Files.write(directory.resolve("endless"), endless);
        LogFile file = new LogFile(directory.resolve("endless"));
        long cursor = 0;
        for (int i = 0; i < 6; i++) {
            cursor = file.read(cursor, -1, 10).cursor();
        }
        assertTrue(offset(cursor) > 200_000, "a line without end holds nobody: " + offset(cursor));
    }
}
