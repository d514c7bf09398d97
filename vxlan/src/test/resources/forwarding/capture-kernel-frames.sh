#!/bin/sh
# Makes kernel-frames.txt: two namespaces with vxlan devices of the kernel, tcpdump on the underlay between them.
# Usage, as root: sh capture-kernel-frames.sh > kernel-frames.txt
set -e
A=vxcap-a B=vxcap-b PCAP=$(mktemp)
trap 'ip netns del $A; ip netns del $B; rm -f $PCAP' EXIT
ip netns add $A; ip netns add $B
ip -n $A link add ul type veth peer name ul netns $B
for n in 1:$A 2:$B; do
  i=${n%%:*} ns=${n#*:}
  ip -n $ns addr add 198.18.9.$i/24 dev ul; ip -n $ns link set ul up
  ip -n $ns link add vx type vxlan id 4097 local 198.18.9.$i dstport 4789 nolearning
  ip -n $ns link set vx address 02:42:0a:00:09:0$i mtu 1450
  ip -n $ns addr add 10.0.9.$i/24 dev vx; ip -n $ns addr add fd00:9::$i/64 dev vx nodad; ip -n $ns link set vx up
  o=$((3 - i))
  bridge -n $ns fdb add 02:42:0a:00:09:0$o dev vx dst 198.18.9.$o; bridge -n $ns fdb append 00:00:00:00:00:00 dev vx dst 198.18.9.$o
  ip -n $ns neigh add 10.0.9.$o lladdr 02:42:0a:00:09:0$o dev vx; ip -n $ns neigh add fd00:9::$o lladdr 02:42:0a:00:09:0$o dev vx
done
sleep 2
ip netns exec $A tcpdump -q -i ul -w $PCAP udp port 4789 2>/dev/null & T=$!
sleep 1
ip netns exec $B timeout 4 iperf3 -s -1 >/dev/null 2>&1 & 
sleep 0.5
ip netns exec $A ping -c1 -s 16 10.0.9.2 >/dev/null
ip netns exec $A ping -c1 -s 16 fd00:9::2 >/dev/null
ip netns exec $A ping -b -c1 -W1 -s 20 10.0.9.255 >/dev/null 2>&1 || true
ip netns exec $A iperf3 -c 10.0.9.2 -n 60K -l 60K >/dev/null 2>&1 || true
ip netns exec $A bash -c 'echo hello > /dev/udp/10.0.9.2/7'; ip netns exec $A bash -c 'echo hello > /dev/udp/fd00:9::2/7'
sleep 1; kill $T; wait $T || true
echo "# Outer Ethernet frames with VXLAN inside, VNI 4097, as Linux $(uname -r) sent them over veth:"
echo "# made by capture-kernel-frames.sh with tcpdump -w. One frame a line; TCP super-frames over 3,000 bytes are cut out,"
echo "# but for the first. Checksums of inner TCP and UDP are those over the pseudo-header, as veth carries them."
tcpdump -r $PCAP -xx 2>/dev/null | awk '/^\t0x/ { for (i = 2; i <= NF; i++) hex = hex $i; next } { out() } END { out() }
  function out() { if (hex != "" && (length(hex) < 6000 || !big++)) print hex; hex = "" }' | awk '!seen[length($0)]++'
