package io.swarmnet.manager.store.ratis;

import java.io.IOException;

/** What was stored is not what is there: names the file, and the offset where it is known. */
public final class DamagedStoreException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedStoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
