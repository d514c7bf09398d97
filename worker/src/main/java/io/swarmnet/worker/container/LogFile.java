package io.swarmnet.worker.container;

import io.swarmnet.model.session.NodeAnswer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a container's log piece by piece. A cursor names the file and the offset of a line's beginning in it, never 0, so
 * that 0 can mean "not begun". At its bound conmon puts a new file in the old one's place: a cursor into the old one then
 * goes on at the beginning of the new one. Whatever a caller sends as a cursor, nothing is thrown. Holds at most {@code
 * maxBytes} and one line at a time.
 */
final class LogFile {
    /** A longer line is no log line: conmon cuts at 8 KiB. */
    private static final int LINE_BYTES_MAX = 64 << 10;

    private static final int PIECES_MAX = 10_000;
    private static final int BACKWARD_BYTES = 64 << 10;

    /** How often the file may be replaced while it is opened; more is not conmon. */
    private static final int REPLACED_MAX = 3;

    /** A cursor is offset + 1 in its lower 40 bits, and the file's inode number, cut to 23 bits, above. */
    private static final int OFFSET_BITS = 40;

    private static final long OFFSET_MASK = (1L << OFFSET_BITS) - 1;
    private static final long FILE_MASK = (1L << 63 - OFFSET_BITS) - 1;

    private final Path file;

    LogFile(Path file) {
        this.file = file;
    }

    /** What was read, and where to go on; {@code atEnd} when there was no further whole line. */
    record Read(long cursor, List<NodeAnswer.Piece> pieces, boolean atEnd) {}

    /** @param tail lines from the end when the cursor is 0; -1 = all */
    Read read(long cursor, int tail, int maxBytes) throws IOException {
        for (int replaced = 0; ; replaced++) {
            try {
                long inode = inode();
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                    if (inode == inode() || replaced == REPLACED_MAX) {
                        return read(channel, inode, cursor, tail, maxBytes);
                    }
                }
            } catch (NoSuchFileException e) {
                return new Read(Math.max(1, cursor), List.of(), true);
            }
        }
    }

    private static Read read(FileChannel channel, long inode, long cursor, int tail, int maxBytes) throws IOException {
        long size = channel.size();
        long offset;
        if (cursor <= 0) {
            offset = start(channel, size, tail);
        } else {
            boolean same = cursor >> OFFSET_BITS == inode && (cursor & OFFSET_MASK) > 0;
            offset = same ? Math.min((cursor & OFFSET_MASK) - 1, size) : 0;
        }
        Read read = read(channel, offset, maxBytes);
        return new Read(inode << OFFSET_BITS | read.cursor() & OFFSET_MASK, read.pieces(), read.atEnd());
    }

    private long inode() throws IOException {
        return ((Number) Files.getAttribute(file, "unix:ino")).longValue() & FILE_MASK;
    }

    private static Read read(FileChannel channel, long offset, int maxBytes) throws IOException {
        byte[] window = new byte[Math.max(LINE_BYTES_MAX, maxBytes)];
        int filled = fill(channel, offset, window);
        List<NodeAnswer.Piece> pieces = new ArrayList<>();
        int at = 0;
        int given = 0;
        while (at < filled && pieces.size() < PIECES_MAX) {
            int end = newline(window, at, filled);
            if (end < 0) {
                if (at == 0 && filled == window.length) {
                    return new Read(offset + filled + 1, List.of(), false); // garbage: passed over
                }
                return new Read(offset + at + 1, pieces, filled < window.length);
            }
            if (!pieces.isEmpty() && given + (end - at) > maxBytes) {
                return new Read(offset + at + 1, pieces, false);
            }
            LogLine.parse(window, at, end).ifPresent(pieces::add);
            given += end - at;
            at = end + 1;
        }
        return new Read(offset + at + 1, pieces, at == filled && filled < window.length);
    }

    /** The offset at which the last {@code tail} lines of the program begin; an unended last one counts. */
    private static long start(FileChannel channel, long size, int tail) throws IOException {
        if (tail <= 0) {
            return tail < 0 ? 0 : size;
        }
        byte[] block = new byte[BACKWARD_BYTES];
        long ends = tail; // ends of lines of the program to be passed before the first one wanted
        long end = size;
        boolean last = true;
        while (end > 0) {
            int length = (int) Math.min(block.length, end);
            long from = end - length;
            fill(channel, from, block);
            for (int newline = lastNewline(block, length); newline >= 0; newline = lastNewline(block, newline)) {
                int before = lastNewline(block, newline);
                boolean full = before >= 0 ? isFull(block, before + 1, newline) : isFull(channel, from + newline);
                if (last && !full) {
                    ends--;
                }
                last = false;
                if (full && ends-- == 0) {
                    return from + newline + 1;
                }
            }
            end = from;
        }
        return 0;
    }

    private static int lastNewline(byte[] bytes, int before) {
        for (int i = before - 1; i >= 0; i--) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private static boolean isFull(byte[] bytes, int from, int to) {
        return LogLine.parse(bytes, from, to).map(piece -> !piece.partial()).orElse(false);
    }

    /** Whether the log line that ends at this newline ends a line of the program as well. */
    private static boolean isFull(FileChannel channel, long newline) throws IOException {
        byte[] line = new byte[(int) Math.min(newline, 16 << 10)];
        fill(channel, newline - line.length, line);
        return isFull(line, lastNewline(line, line.length) + 1, line.length);
    }

    private static int fill(FileChannel channel, long offset, byte[] into) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(into);
        while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position()) > 0) {
            // until the window is full or the file ends
        }
        return buffer.position();
    }

    private static int newline(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }
}
