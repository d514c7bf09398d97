package io.swarmnet.vxlan.forwarding;

import io.swarmnet.model.net.IpAddress;

/** Another node's tunnel end. */
public final class Vtep {
    private final IpAddress address;
    private final int port;
    private final byte[] socketAddress;

    /** @param socketAddress the same as a {@code struct sockaddr}, for whoever sends; not looked at here */
    public Vtep(IpAddress address, int port, byte[] socketAddress) {
        this.address = address;
        this.port = port;
        this.socketAddress = socketAddress.clone();
    }

    public IpAddress address() {
        return address;
    }

    public int port() {
        return port;
    }

    /** Not a copy: nobody changes it. */
    public byte[] socketAddress() {
        return socketAddress;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Vtep vtep && vtep.port == port && vtep.address.equals(address);
    }

    @Override
    public int hashCode() {
        return address.hashCode() * 31 + port;
    }

    @Override
    public String toString() {
        return address + " port " + port;
    }
}
