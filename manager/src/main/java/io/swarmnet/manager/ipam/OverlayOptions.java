package io.swarmnet.manager.ipam;

import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.NotSupportedException;
import io.swarmnet.model.net.Vni;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The driver options of an overlay network. An option that would have no effect is refused.
 *
 * @param vnis wanted, in the order of the subnets; empty = automatic
 * @param forceOverlap accept subnets that a node's host uses itself
 */
public record OverlayOptions(List<Vni> vnis, boolean forceOverlap) {
    public static final String VNI_LIST = "com.docker.network.driver.overlay.vxlanid_list";
    public static final String MTU = "com.docker.network.driver.mtu";
    public static final String FORCE_OVERLAP = "swarmnet.force-overlap";
    private static final int MTU_MIN = 118; // 68 bytes of RFC 791 and 50 of VXLAN
    private static final int MTU_MAX = 65_535;

    /** @throws InvalidSpecException naming the option that is unknown or malformed */
    public static OverlayOptions parse(Map<String, String> options) {
        List<Vni> vnis = List.of();
        boolean force = false;
        for (Map.Entry<String, String> option : options.entrySet()) {
            String value = option.getValue() == null ? "" : option.getValue();
            switch (option.getKey()) {
                case VNI_LIST -> vnis = vnis(value);
                case MTU -> number(option.getKey(), value, MTU_MIN, MTU_MAX);
                case FORCE_OVERLAP -> force = flag(option.getKey(), value);
                case "encrypted" -> refuseEncryption(value);
                case "dsr" ->
                    throw new NotSupportedException(
                            "option dsr (virtual IPs by direct return) is not there yet: services have no virtual IPs so far");
                default ->
                    throw new InvalidSpecException("unknown option " + option.getKey() + " of driver overlay; known: "
                            + VNI_LIST + ", " + MTU + ", " + FORCE_OVERLAP);
            }
        }
        return new OverlayOptions(vnis, force);
    }

    private static void refuseEncryption(String value) {
        if (value.isEmpty() || flag("encrypted", value)) {
            throw new NotSupportedException("encrypted overlay networks are not there yet;"
                    + " the network was not created, because its traffic would travel in clear");
        }
    }

    private static List<Vni> vnis(String text) {
        List<Vni> vnis = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            Vni vni = new Vni(number(VNI_LIST, part.trim(), 1, Vni.MAX));
            if (vnis.contains(vni)) {
                throw new InvalidSpecException("option " + VNI_LIST + ": VNI " + vni + " is listed twice");
            }
            vnis.add(vni);
        }
        return vnis;
    }

    private static int number(String option, String text, int min, int max) {
        int value = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
        if (value < min || value > max) {
            throw new InvalidSpecException(
                    "option " + option + ": \"" + text + "\" is no number from " + min + " to " + max);
        }
        return value;
    }

    private static boolean flag(String option, String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new InvalidSpecException("option " + option + ": \"" + text + "\" is neither true nor false");
        }
        return text.equals("true");
    }
}
