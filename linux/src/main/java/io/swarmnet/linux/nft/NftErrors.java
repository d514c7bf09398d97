package io.swarmnet.linux.nft;

import io.swarmnet.linux.Errno;
import java.util.Map;

/** libnftables reports in words only; these are the C library's for the errors that callers act on. */
final class NftErrors {
    private static final Map<String, Integer> WORDS = Map.of(
            "No such file or directory", Errno.ENOENT,
            "File exists", Errno.EEXIST,
            "Operation not permitted", Errno.EPERM,
            "Device or resource busy", Errno.EBUSY,
            "Invalid argument", Errno.EINVAL,
            "Operation not supported", Errno.EOPNOTSUPP,
            "Numerical result out of range", Errno.ERANGE,
            "Cannot allocate memory", Errno.ENOMEM,
            "No buffer space available", Errno.ENOBUFS);

    private NftErrors() {}

    /** The error number whose words end a line of the text, or 0. */
    static int errno(String said) {
        for (String line : said.split("\n")) {
            for (Map.Entry<String, Integer> word : WORDS.entrySet()) {
                if (line.stripTrailing().endsWith(word.getKey()) || line.contains(word.getKey() + ";")) {
                    return word.getValue();
                }
            }
        }
        return 0;
    }
}
