#!/bin/bash
# From the start of a daemon until /_ping answers, and, of a manager that starts again, until its leader answers a read.
#
#   deploy/bench/start.sh [ROUNDS]        (default 10)
. "$(dirname "$(readlink -f "$0")")/common.sh"
rounds=${1:-10}
place=$(mktemp -d)
socket=$place/s.sock
holder=

clean() {
    set +e
    [ -z "$holder" ] || kill -9 "$holder"
    rm -rf "$place"
}
trap clean EXIT

# A host of its own: network with one address, mounts, /run.
unshare --net --mount --uts --pid --fork --kill-child --mount-proc sh -c '
    mount -t tmpfs tmpfs /run
    ip link set lo up; ip link add u0 type veth peer name u1; ip addr add 198.18.9.1/24 dev u0; ip link set u0 up; ip link set u1 up
    exec sleep 100000' 2>/dev/null &
sleep 1
holder=$(cat "/proc/$!/task/$!/children" | tr -d ' ')
inside="nsenter --target $holder --net --mount --uts --pid --"

answered() { # PATH: waits until it answers 200
    until [ "$(curl -s -o /dev/null -w '%{http_code}' --unix-socket "$socket" "http://d$1")" = 200 ]; do sleep 0.005; done
}
now() { echo $(($(date +%s%N) / 1000)); }
start() {
    begun=$(now)
    $inside "$here/../bin/swarmnetd" --data-root "$place/data" --exec-root /run/swarmnet -H "unix://$socket" >>"$place/log" 2>&1 &
    starter=$!
}
stop() {
    $inside sh -c 'kill -TERM $(pidof java)'
    wait $starter || :
}

start; answered /_ping
curl -s -o /dev/null --unix-socket "$socket" -H 'Content-Type: application/json' \
    -d '{"ListenAddr":"0.0.0.0:2377","AdvertiseAddr":"198.18.9.1","DataPathAddr":"","Spec":{}}' "http://d/swarm/init"
answered /nodes
stop
for _ in $(seq "$rounds"); do
    start
    answered /_ping; pinged=$(now)
    answered /nodes; leading=$(now)
    stop
    echo "$(((pinged - begun) / 1000)) $(((leading - begun) / 1000))"
done | tee >(cat >&2) >"$place/times"
cut -d' ' -f1 "$place/times" | spread >"$place/ping"
cut -d' ' -f2 "$place/times" | spread >"$place/lead"
read -r ping _ pingmax n <"$place/ping"
read -r lead _ leadmax n <"$place/lead"
echo "| daemon start → \`/_ping\` answers, → leader ready | \`deploy/bench/start.sh\` | | median $ping ms (largest $pingmax), leader $lead ms (largest $leadmax), of $n |"
