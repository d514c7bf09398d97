# Sourced by the benchmarks: the lab that is up (SWARMNET_LAB names another one), its hosts and tasks, and statistics.
set -eu
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
swarmnet=$here/../bin/swarmnet
lab=/var/lib/swarmnet-lab${SWARMNET_LAB:+-$SWARMNET_LAB}
netns=swarmnet-${SWARMNET_LAB:+$SWARMNET_LAB-}
PATH=$PATH:/usr/sbin:/sbin:$here/../target/tools/bin

[ "$(id -u)" = 0 ] || { echo "benchmarks: run as root" >&2; exit 1; }

need_lab() {
    [ -e "$lab/lab.json" ] || { echo "benchmarks: no lab is up; make one: deploy/bin/swarmnet lab up 3" >&2; exit 1; }
}

on() { # NODE: the docker CLI against it
    node=$1; shift
    docker -H "unix://$lab/$node/docker.sock" "$@"
}

first_process() { # NODE: its process 1, as the machine numbers it
    tr -d ' \n' <"$lab/lab.json" | sed -n "s/.*\"name\":\"$1\"[^}]*\"supervisorPid\":\([0-9]*\).*/\1/p"
}

daemon() { # NODE: its daemon's process
    for child in $(cat "/proc/$(first_process "$1")/task/$(first_process "$1")/children"); do
        [ "$(readlink "/proc/$child/exe" | sed 's|.*/||')" != java ] || echo "$child"
    done
}

sandbox() { # NODE SERVICE: the network namespace of its task there
    id=$(on "$1" ps -q --filter "label=com.docker.swarm.service.name=$2" | head -1)
    echo "/proc/$(first_process "$1")/root/run/swarmnet/netns/$id"
}

address() { # NODE SERVICE NETWORK
    id=$(on "$1" ps -q --filter "label=com.docker.swarm.service.name=$2" | head -1)
    on "$1" inspect --format "{{(index .NetworkSettings.Networks \"$3\").IPAddress}}" "$id"
}

running() { # SERVICE COUNT: waits for it
    for _ in $(seq 300); do
        [ "$(on node1 service ls --filter "name=$1" --format '{{.Replicas}}')" != "$2/$2" ] || return 0
        sleep 0.1
    done
    echo "benchmarks: $1 does not run" >&2
    return 1
}

# Lines "A B" to the geometric mean of A/B with its 95 % interval (Student, on logarithms), and the medians of A and B.
ratio() {
    awk '
        function median(v, n,   i, j, t) {
            for (i = 2; i <= n; i++) for (j = i; j > 1 && v[j - 1] > v[j]; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
            return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
        }
        { n++; a[n] = $1; b[n] = $2; x = log($1 / $2); sum += x; squares += x * x }
        END {
            mean = sum / n; df = n - 1; t = 1.96 + 2.37 / df + 2.8 / (df * df)
            half = t * sqrt((squares - n * mean * mean) / df / n)
            printf "%.3f [%.3f, %.3f] %.3f %.3f %d\n", exp(mean), exp(mean - half), exp(mean + half), median(a, n), median(b, n), n
        }'
}

# Lines with one number each to: median, 95th percentile, largest, count.
spread() {
    sort -g | awk '{ v[NR] = $1 } END { p = int(0.95 * NR + 0.9999)
        printf "%.1f %.1f %.1f %d\n", NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2, v[p], v[NR], NR }'
}
