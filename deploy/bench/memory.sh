#!/bin/bash
# Proportional memory (PSS) of the lab's idle daemons: no tasks, and as old as the row says.
. "$(dirname "$(readlink -f "$0")")/common.sh"
need_lab
pss() { awk '/^Pss:/ { printf "%.0f", $2 / 1024 }' "/proc/$(daemon "$1")/smaps_rollup"; }
minutes=$(($(ps -o etimes= -p "$(daemon node1)") / 60))
tasks=$(for node in node1 node2 node3; do on $node ps -q; done | wc -l)
java=$(basename "$(dirname "$(dirname "$(readlink "/proc/$(daemon node1)/exe")")")")
echo "| idle memory (PSS) of worker and manager | \`deploy/bench/memory.sh\` | | worker $(pss node2) and $(pss node3) MiB, manager $(pss node1) MiB, after $minutes min with $tasks tasks, on $java |"
