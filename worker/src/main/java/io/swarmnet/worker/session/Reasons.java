package io.swarmnet.worker.session;

import io.swarmnet.model.error.SwarmnetException;
import io.swarmnet.model.error.UnavailableException;
import io.swarmnet.model.net.HostPort;
import java.net.ConnectException;
import java.security.cert.CertificateException;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** Failures of connections in words. Pure. */
final class Reasons {
    private static final int CAUSES = 8;

    private Reasons() {}

    /** The words nearest to the cause: what a certificate check said, what TLS said, what the kernel said. */
    static String of(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; depth < CAUSES && cause != null; depth++) {
            if (cause instanceof CertificateException && cause.getMessage() != null) {
                return cause.getMessage();
            }
            cause = cause.getCause();
        }
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    /** What a dial failed with, as dockerd 28 says it of a manager that cannot be reached. */
    static SwarmnetException dial(HostPort manager, Throwable failure) {
        return new UnavailableException(
                "rpc error: code = Unavailable desc = connection error: desc = \"" + dialled(manager, failure) + "\"");
    }

    private static String dialled(HostPort manager, Throwable failure) {
        if (failure instanceof SSLException) {
            return "transport: authentication handshake failed with " + manager + ": " + of(failure);
        }
        return "transport: Error while dialing: dial tcp " + manager + ": " + kernel(failure);
    }

    private static String kernel(Throwable failure) {
        String text = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        for (String known : new String[] {"connection refused", "no route to host", "network is unreachable"}) {
            if (text.contains(known)) {
                return "connect: " + known;
            }
        }
        boolean late = text.contains("timed out") || failure instanceof TimeoutException;
        if (late) {
            return "i/o timeout";
        }
        return failure instanceof ConnectException ? "connect: " + failure.getMessage() : of(failure);
    }
}
