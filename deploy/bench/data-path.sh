#!/bin/bash
# TCP and ping between two tasks on two hosts, beside a bridge and a vxlan device made by hand between the same hosts.
#
#   deploy/bench/data-path.sh [PAIRS]        (default 16; each pair is two runs of each kind)
. "$(dirname "$(readlink -f "$0")")/common.sh"
need_lab
pairs=${1:-16}
hand=bench$$

clean() {
    set +e
    kill $servers 2>/dev/null
    on node1 service rm bench-path >/dev/null 2>&1
    for node in node1 node2; do
        ip netns del "$hand-ov-$node" 2>/dev/null
        ip netns del "$hand-task-$node" 2>/dev/null
    done
    for _ in $(seq 100); do
        on node1 network rm bench-path >/dev/null 2>&1 && break
        sleep 0.1
    done
}
servers=
trap clean EXIT

on node1 network create -d overlay bench-path >/dev/null
on node1 service create -d --no-resolve-image --quiet --endpoint-mode dnsrr --replicas 3 --network bench-path --name bench-path busybox sleep 100000 >/dev/null
running bench-path 3
client=$(sandbox node1 bench-path)
server=$(sandbox node2 bench-path)
ours=$(address node2 bench-path bench-path)

# The peer: the same devices with the same options, by iproute2.
by_hand() { # NODE OWN_VTEP OTHER_VTEP OWN OTHER
    ip netns add "$hand-ov-$1"
    ip netns add "$hand-task-$1"
    nsenter --net="/run/netns/$netns$1" ip link add "vx$$" type vxlan id 7777 dstport 4789 local "$2" nolearning
    nsenter --net="/run/netns/$netns$1" ip link set "vx$$" netns "$hand-ov-$1"
    ip -n "$hand-ov-$1" link add br0 type bridge
    ip -n "$hand-ov-$1" link set "vx$$" mtu 1450 master br0 up
    ip -n "$hand-ov-$1" link set br0 up
    ip -n "$hand-task-$1" link set lo up
    ip -n "$hand-ov-$1" link add port mtu 1450 type veth peer name eth0 mtu 1450 address "02:42:0a:4d:4d:0$4" netns "$hand-task-$1"
    ip -n "$hand-ov-$1" link set port master br0 up
    ip -n "$hand-task-$1" link set eth0 up
    ip -n "$hand-task-$1" addr add "10.77.77.$4/24" dev eth0
    bridge -n "$hand-ov-$1" fdb append "02:42:0a:4d:4d:0$5" dev "vx$$" dst "$3" self permanent
    ip -n "$hand-task-$1" neigh add "10.77.77.$5" lladdr "02:42:0a:4d:4d:0$5" dev eth0 nud permanent
}
by_hand node1 198.18.0.1 198.18.0.2 1 2
by_hand node2 198.18.0.2 198.18.0.1 2 1

for place in "$server" "/run/netns/$hand-task-node2"; do
    nsenter --net="$place" iperf3 -s >/dev/null 2>&1 &
    servers="$servers $!"
done
sleep 1

tcp() { # NAMESPACE ADDRESS: Gbit/s received
    nsenter --net="$1" iperf3 -c "$2" -t 1 -f m | awk '/receiver/ { for (i = 1; i <= NF; i++) if ($i == "Mbits/sec") print $(i - 1) / 1000 }'
}
rtt() { # NAMESPACE ADDRESS: microseconds, mean of 100
    nsenter --net="$1" ping -q -i 0.01 -c 100 "$2" | awk -F/ '/^rtt/ { print $5 * 1000 }'
}
task() { "$1" "$client" "$ours"; }
peer() { "$1" "/run/netns/$hand-task-node1" 10.77.77.2; }

row() { # WHAT MEASURE UNIT
    task "$2" >/dev/null; peer "$2" >/dev/null
    for i in $(seq "$pairs"); do
        # In turns who is first: what is first after a pause is favoured.
        if [ $((i % 2)) = 0 ]; then a=$(task "$2"); b=$(peer "$2"); else b=$(peer "$2"); a=$(task "$2"); fi
        echo "$a $b"
        echo "pair $i: task $a, by hand $b $3" >&2
    done | ratio | while read -r mean low high a b n; do
        echo "| $1 | \`deploy/bench/data-path.sh\` | bridge + vxlan made by hand | $a $3, by hand $b $3 (medians); ratio $mean $low $high, $n pairs |"
    done
}
row "TCP, task to task on two hosts, kernel driver" tcp Gbit/s
row "ping, task to task on two hosts" rtt µs
