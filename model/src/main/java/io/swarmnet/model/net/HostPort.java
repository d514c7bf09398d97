package io.swarmnet.model.net;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * An address and a port.
 *
 * @param port 1 to 65535
 */
public record HostPort(IpAddress address, int port) {
    /** @throws IllegalArgumentException when the port is out of range */
    public HostPort {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("a port is 1 to 65535, not " + port);
        }
    }

    /** Reads {@code 1.2.3.4:5} or {@code [fd00::1]:5}. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static HostPort parse(String text) {
        return parse(text, -1);
    }

    /**
     * Reads an address with a port, or without one where a default is given.
     *
     * @param defaultPort used when the text has none; -1 = a port must be there
     */
    public static HostPort parse(String text, int defaultPort) {
        String host = text;
        int port = defaultPort;
        int colon = text.lastIndexOf(':');
        boolean bare = text.indexOf(':') != colon && !text.endsWith("]") && !text.startsWith("[");
        if (colon >= 0 && !bare && !text.endsWith("]")) {
            host = text.substring(0, colon);
            String digits = text.substring(colon + 1);
            if (!digits.matches("[0-9]{1,5}")) {
                throw new IllegalArgumentException("invalid port in " + text);
            }
            port = Integer.parseInt(digits);
        }
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        return new HostPort(IpAddress.parse(host), port);
    }

    @JsonValue
    @Override
    public String toString() {
        return (address.isV4() ? address.toString() : "[" + address + "]") + ":" + port;
    }
}
