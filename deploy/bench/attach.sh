#!/bin/bash
# Joins sandboxes to an overlay network as the daemon does, in turns with six `ip` commands that do the same.
. "$(dirname "$(readlink -f "$0")")/common.sh"
. "$here/../bin/java.sh"
cd "$here/../.."
mvn -B -ntp -o -q -Dmaven.test.skip=true -pl bench -am package || mvn -B -ntp -q -Dmaven.test.skip=true -pl bench -am package
# shellcheck disable=SC2086
"$JAVA" -XX:+UseSerialGC $JVM_FLAGS -Dslf4j.internal.verbosity=ERROR \
    -cp "bench/target/classes:$(cat bench/target/classpath)" io.swarmnet.bench.AttachLatency
