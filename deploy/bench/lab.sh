#!/bin/bash
# `lab up 3` after the build, images imported, until it says that it is up; on a lab of its own that goes again.
#
#   deploy/bench/lab.sh [ROUNDS]        (default 5)
export SWARMNET_LAB=bench
. "$(dirname "$(readlink -f "$0")")/common.sh"
trap '"$swarmnet" lab down >/dev/null' EXIT
for _ in $(seq "${1:-5}"); do
    begun=$(date +%s%N)
    "$swarmnet" lab up 3 >/dev/null
    echo $((($(date +%s%N) - begun) / 1000000)) | awk '{ print $1 / 1000 }'
    "$swarmnet" lab down >/dev/null
done | tee >(cat >&2) | spread | while read -r median _ max n; do
    echo "| \`lab up 3\`, after the build | \`deploy/bench/lab.sh\` | | median $median s, largest $max s of $n |"
done
