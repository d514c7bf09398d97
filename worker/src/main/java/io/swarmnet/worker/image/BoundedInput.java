package io.swarmnet.worker.image;

import io.swarmnet.model.error.InvalidSpecException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/**
 * A stream that ends with a refusal at a bound, so that nobody's decoder fills memory or disk. A second, narrower bound
 * holds while headers are read: a tar long-name record may claim any length and is held in memory by its reader.
 */
final class BoundedInput extends FilterInputStream {
    private final MessageDigest digest;
    private final long bytesMax;
    private long bytes;
    private long headersUntil = Long.MAX_VALUE;

    BoundedInput(InputStream in, MessageDigest digest, long bytesMax) {
        super(in);
        this.digest = digest;
        this.bytesMax = bytesMax;
    }

    void headers(int bytesMaxOfHeaders) {
        headersUntil = bytes + bytesMaxOfHeaders;
    }

    void content() {
        headersUntil = Long.MAX_VALUE;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int count = super.read(into, offset, length);
        if (count > 0) {
            digest.update(into, offset, count);
            bytes += count;
            if (bytes > headersUntil) {
                throw new InvalidSpecException("the archive is refused: a header of more than 1 MiB");
            }
            if (bytes > bytesMax) {
                throw new InvalidSpecException(
                        "the archive is refused: it unpacks to more than the " + bytesMax + " bytes allowed");
            }
        }
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        // Skipped bytes belong to the digest and to the bound as well.
        byte[] into = new byte[(int) Math.min(Math.max(0, count), 8192)];
        return into.length == 0 ? 0 : Math.max(0, read(into, 0, into.length));
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
