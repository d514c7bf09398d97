/**
 * What both overlay drivers have in a network's namespace: the bridge with its gateways, the ports of local endpoints, the
 * owner's mark. Not pure: every method is a few netlink requests.
 */
package io.swarmnet.vxlan.bridge;
