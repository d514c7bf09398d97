package io.swarmnet.worker.container;

import io.swarmnet.model.session.NodeAnswer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * What an exec has written and nobody has taken yet. A cursor counts bytes from the start; bytes before the last cursor
 * asked for are forgotten. Pure but for its lock; listeners are called under it and hand over.
 */
final class ExecOutput {
    /** Above this the writer waits: the exec's pipe is not read. */
    static final int BYTES_MAX = 256 << 10;

    private static final int LISTENERS_MAX = 64;

    private final Deque<NodeAnswer.Piece> pieces = new ArrayDeque<>();
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private final Runnable onRoom;
    private long start;
    private long end;
    private boolean discarded;
    private boolean lifted;
    private boolean ended;
    private int exitCode = -1;

    /** @param onRoom called when a full buffer has room again */
    ExecOutput(Runnable onRoom) {
        this.onRoom = onRoom;
    }

    synchronized boolean hasRoom() {
        return lifted || end - start < BYTES_MAX;
    }

    synchronized void append(int stream, byte[] bytes, Instant now) {
        end += bytes.length;
        if (discarded) {
            start = end;
        } else {
            pieces.addLast(new NodeAnswer.Piece(stream, now, bytes, false));
        }
        tellAll();
    }

    synchronized void end(int code) {
        ended = true;
        exitCode = code;
        tellAll();
    }

    /** All written to a stream and not taken yet; the rest is dropped. For an exec that never began. */
    synchronized byte[] takeAll(int stream) {
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        pieces.stream().filter(piece -> piece.stream() == stream).forEach(piece -> all.writeBytes(piece.bytes()));
        pieces.clear();
        start = 0;
        end = 0;
        return all.toByteArray();
    }

    synchronized void discard() {
        discarded = true;
        forget(end);
    }

    /** The writer is dead: the rest, a pipe's worth, may come whatever the bound. */
    synchronized void lift() {
        lifted = true;
        onRoom.run();
    }

    synchronized boolean ended() {
        return ended;
    }

    /** What follows the cursor, at most {@code maxBytes}; no pieces when there is nothing yet. */
    synchronized NodeAnswer.Output read(long cursor, int maxBytes) {
        forget(cursor);
        List<NodeAnswer.Piece> given = new ArrayList<>();
        long at = start;
        long room = Math.max(1, maxBytes);
        for (NodeAnswer.Piece piece : pieces) {
            if (room == 0) {
                break;
            }
            int length = (int) Math.min(room, piece.bytes().length);
            given.add(length == piece.bytes().length ? piece : slice(piece, 0, length));
            at += length;
            room -= length;
        }
        boolean all = ended && at == end;
        return new NodeAnswer.Output(at, given, all, all ? exitCode : -1);
    }

    private void forget(long cursor) {
        boolean full = !hasRoom();
        while (!pieces.isEmpty() && start < cursor) {
            NodeAnswer.Piece first = pieces.removeFirst();
            long excess = start + first.bytes().length - cursor;
            if (excess > 0) {
                pieces.addFirst(slice(first, (int) (first.bytes().length - excess), first.bytes().length));
                start = cursor;
            } else {
                start += first.bytes().length;
            }
        }
        if (full && hasRoom()) {
            onRoom.run();
        }
    }

    private static NodeAnswer.Piece slice(NodeAnswer.Piece piece, int from, int to) {
        return new NodeAnswer.Piece(
                piece.stream(), piece.time(), Arrays.copyOfRange(piece.bytes(), from, to), piece.partial());
    }

    /** Calls the listener once, at the next change; the oldest of too many is called early. */
    synchronized void onChange(Runnable listener) {
        if (waiting.size() >= LISTENERS_MAX) {
            waiting.removeFirst().run();
        }
        waiting.addLast(listener);
    }

    private void tellAll() {
        List<Runnable> listeners = List.copyOf(waiting);
        waiting.clear();
        listeners.forEach(Runnable::run);
    }
}
