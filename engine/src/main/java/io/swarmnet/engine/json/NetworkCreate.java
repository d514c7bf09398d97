package io.swarmnet.engine.json;

import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.NotFoundException;
import io.swarmnet.model.error.NotSupportedException;
import io.swarmnet.model.object.IpamConfig;
import io.swarmnet.model.object.NetworkSpec;
import io.swarmnet.worker.network.NodeNetworks.LocalSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The body of {@code POST /networks/create}, checked. */
public record NetworkCreate(
        String name,
        String driver,
        boolean swarmScope,
        Map<String, String> options,
        Map<String, String> labels,
        boolean enableIpv4,
        boolean enableIpv6,
        boolean internal,
        boolean attachable,
        boolean ingress,
        List<IpamConfig> ipam) {
    private static final int MAX_NAME = 63;
    private static final Set<String> LATER_DRIVERS = Set.of("macvlan", "ipvlan", "host", "null");

    public static NetworkCreate read(Fields body) {
        String name = body.text("Name");
        checkName(name);
        String driver = body.text("Driver").isEmpty() ? "bridge" : body.text("Driver");
        if (LATER_DRIVERS.contains(driver)) {
            throw new NotSupportedException(
                    "networks of the driver \"" + driver + "\" are not supported by swarmnet yet");
        }
        if (!driver.equals("bridge") && !driver.equals("overlay")) {
            throw new NotFoundException("plugin \"" + driver + "\" not found");
        }
        if (body.flag("ConfigOnly", false)
                || !body.object("ConfigFrom").text("Network").isEmpty()) {
            throw new NotSupportedException(
                    "configuration networks (ConfigOnly, ConfigFrom) are not supported by swarmnet yet");
        }
        boolean v4 = body.flag("EnableIPv4", true);
        boolean v6 = body.flag("EnableIPv6", false);
        if (!v4 && !v6) {
            throw new InvalidSpecException("IPv4 or IPv6 must be enabled");
        }
        String scope = body.text("Scope");
        if (!scope.isEmpty() && !scope.equals("local") && !scope.equals("swarm")) {
            throw new InvalidSpecException("invalid Scope: \"" + scope + "\"");
        }
        boolean overlay = driver.equals("overlay");
        if (overlay && scope.equals("local")) {
            throw new io.swarmnet.model.error.ForbiddenException("cannot downgrade network scope for overlay networks");
        }
        if (!overlay && scope.equals("swarm")) {
            throw new NotSupportedException(
                    "networks of the driver \"bridge\" with Scope swarm are not supported by swarmnet yet");
        }
        if (!overlay && (v6 || !v4)) {
            throw new NotSupportedException(
                    "bridge networks with IPv6 (EnableIPv6), or without IPv4 (EnableIPv4), are not"
                            + " supported by swarmnet yet");
        }
        return new NetworkCreate(
                name,
                driver,
                overlay,
                Map.copyOf(body.textMap("Options")),
                Map.copyOf(body.textMap("Labels")),
                v4,
                v6,
                body.flag("Internal", false),
                body.flag("Attachable", false),
                body.flag("Ingress", false),
                ipam(body.object("IPAM")));
    }

    private static void checkName(String name) {
        if (name.isBlank()) {
            throw new InvalidSpecException("invalid name: name is empty");
        }
        if (name.length() > MAX_NAME) {
            throw new InvalidSpecException(
                    "invalid Name: a network's name has at most " + MAX_NAME + " characters, not " + name.length());
        }
        if (!name.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]*")) {
            throw new InvalidSpecException("invalid Name: \"" + name + "\" has a character outside of [a-zA-Z0-9_.-]");
        }
    }

    private static List<IpamConfig> ipam(Fields ipam) {
        String driver = ipam.text("Driver");
        if (!driver.isEmpty() && !driver.equals("default")) {
            throw new NotSupportedException(
                    "IPAM.Driver \"" + driver + "\": remote IPAM drivers are not supported by swarmnet yet");
        }
        if (!ipam.textMap("Options").isEmpty()) {
            throw new NotSupportedException("IPAM.Options are not supported by swarmnet yet");
        }
        List<IpamConfig> configs = new ArrayList<>();
        for (Fields config : ipam.objects("Config")) {
            configs.add(new IpamConfig(
                    config.textOrNull("Subnet"),
                    config.textOrNull("IPRange"),
                    config.textOrNull("Gateway"),
                    Map.copyOf(config.textMap("AuxiliaryAddresses"))));
        }
        return List.copyOf(configs);
    }

    public NetworkSpec swarmSpec() {
        return new NetworkSpec(
                name, labels, driver, options, enableIpv4, enableIpv6, internal, attachable, ingress, ipam);
    }

    public LocalSpec localSpec() {
        return new LocalSpec(name, driver, ipam, options, labels, internal);
    }
}
