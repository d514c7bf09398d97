package io.swarmnet.worker.image;

/**
 * How much an archive may become. Pure.
 *
 * @param bytesMax of the unpacked files
 * @param entriesMax files, directories and links
 * @param ratioMax unpacked bytes per byte of the archive file, for all above {@code ratioFreeBytes}
 */
public record UnpackLimits(long bytesMax, int entriesMax, int ratioMax, long ratioFreeBytes) {
    /** 20 GiB, a million entries, and 100 to 1 above 64 MiB: root file systems compress 2 to 6 to 1. */
    public static final UnpackLimits DEFAULT = new UnpackLimits(20L << 30, 1_000_000, 100, 64L << 20);

    /** What an archive file of that size may become. */
    long bytesMax(long archiveBytes) {
        return Math.min(bytesMax, ratioFreeBytes + archiveBytes * ratioMax);
    }
}
