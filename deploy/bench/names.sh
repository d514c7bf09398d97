#!/bin/bash
# From RUNNING on one node, as the manager was told, until the service's name resolves in a task of another node.
#
#   deploy/bench/names.sh [ROUNDS]        (default 20)
. "$(dirname "$(readlink -f "$0")")/common.sh"
need_lab
rounds=${1:-20}

clean() {
    set +e
    on node1 service rm bench-watch >/dev/null 2>&1
    on node1 service rm "bench-name-$i" >/dev/null 2>&1
    for _ in $(seq 100); do
        on node1 network rm bench-names >/dev/null 2>&1 && break
        sleep 0.1
    done
}
i=0
trap clean EXIT
on node1 network create -d overlay bench-names >/dev/null
on node1 service create -d --no-resolve-image --quiet --endpoint-mode dnsrr --replicas 3 --network bench-names --name bench-watch busybox sleep 100000 >/dev/null
running bench-watch 3
watcher=$(sandbox node3 bench-watch)

for i in $(seq "$rounds"); do
    # One process in the watcher's sandbox asks every few milliseconds; it says when it was first answered.
    nsenter --net="$watcher" timeout 20 bash -c "
        exec 3<>/dev/udp/127.0.0.11/53
        name=bench-name-$i
        query=\"\\\\x12\\\\x34\\\\x01\\\\x00\\\\x00\\\\x01\\\\x00\\\\x00\\\\x00\\\\x00\\\\x00\\\\x00\\\\x\$(printf %02x \${#name})\$name\\\\x00\\\\x00\\\\x01\\\\x00\\\\x01\"
        while :; do
            printf \"\$query\" >&3
            count=\$(dd bs=512 count=1 <&3 2>/dev/null | od -An -tu1 -j7 -N1)
            [ \$count = 0 ] || break
            read -r -t 0.003 <> <(:) || :
        done
        date +%s%N" >"/tmp/bench-names.$$" &
    asker=$!
    on node1 service create -d --no-resolve-image --quiet --endpoint-mode dnsrr --constraint node.hostname==node2 --network bench-names --name "bench-name-$i" busybox sleep 100000 >/dev/null
    wait $asker
    resolved=$(cat "/tmp/bench-names.$$")
    rm -f "/tmp/bench-names.$$"
    running "bench-name-$i" 1
    task=$(on node1 service ps -q --no-trunc "bench-name-$i")
    running_at=$(date -d "$(on node1 inspect --type task --format '{{.Status.Timestamp}}' "$task" | sed 's/ +0000 UTC//')Z" +%s%N)
    echo $(((resolved - running_at) / 10000)) | awk '{ print $1 / 100 }'
    on node1 service rm "bench-name-$i" >/dev/null
done | tee >(cat >&2) | spread | while read -r median p95 max n; do
    echo "| RUNNING on one node → the name resolves on another | \`deploy/bench/names.sh\` | | median $median ms, p95 $p95 ms, largest $max ms of $n |"
done
