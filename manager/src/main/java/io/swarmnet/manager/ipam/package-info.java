/**
 * Which subnet, VNI and address is given next: subnets and VNIs when a network is made ({@link
 * io.swarmnet.manager.ipam.SubnetChoice}), addresses when a task is new ({@link io.swarmnet.manager.ipam.AllocatorStage}).
 * Pure.
 *
 * <p>Everything is given serially and comes round again only when the pool has wrapped: subnets through {@code
 * Cluster.nextSubnet}, VNIs through {@code Cluster.nextVni}, addresses through {@code Network.lastAddressOffsets}. An address
 * in use is an {@code AddressLease}, keyed (network, address) and committed together with the task that holds it, so that two
 * holders of one address cannot be written down. A lease is held as long as its task has not ended on its node, whatever was
 * wanted of it; then it rests for 30 s, because FDB entries and names of it may still be about, and is forgotten.
 *
 * <p>What Docker accepts and fails on later is refused at create with the clash named: another overlay's subnet, a route or
 * name server of any node ({@link io.swarmnet.manager.ipam.HostClash}), an option without effect.
 */
package io.swarmnet.manager.ipam;
