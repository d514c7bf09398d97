package io.swarmnet.model.trust;

import java.util.List;

/** What both ends of port 2377 speak: the suites of RFC 8446 that every JDK from 17 on has, the fastest first. */
public final class Tls13 {
    public static final List<String> SUITES =
            List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

    private Tls13() {}
}
