# Sourced by the launchers: finds a JDK or JRE of 17 or newer and the jars, and sets JAVA, LIB and JVM_FLAGS.

here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
LIB=$here/../lib
# In a checkout the jars are where the build puts them.
[ -d "$LIB" ] || LIB=$here/../target/swarmnet/lib
[ -d "$LIB" ] || { echo "swarmnet: no jars in $here/../lib; in a checkout run: make build" >&2; exit 1; }

major() { # JAVA_HOME: its feature version, or 0
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null)
    echo "${version:-0}"
}

JAVA=
if [ -n "${SWARMNET_JAVA_HOME:-}" ]; then
    JAVA=$SWARMNET_JAVA_HOME/bin/java
    JAVA_MAJOR=$(major "$SWARMNET_JAVA_HOME")
else
    JAVA_MAJOR=0
    for home in /usr/lib/jvm/*; do
        [ -x "$home/bin/java" ] && [ ! -L "$home" ] || continue
        found=$(major "$home")
        [ "$found" -ge 17 ] && [ "$found" -gt "$JAVA_MAJOR" ] && JAVA=$home/bin/java && JAVA_MAJOR=$found
    done
    if [ -z "$JAVA" ] && command -v java >/dev/null; then
        JAVA=$(readlink -f "$(command -v java)")
        JAVA_MAJOR=$(major "$(dirname "$JAVA")/..")
        [ "$JAVA_MAJOR" != 0 ] || JAVA_MAJOR=17
    fi
fi
[ -n "$JAVA" ] && [ -x "$JAVA" ] || {
    echo "swarmnet: no Java 17 or newer found; install one (apt-get install openjdk-17-jre-headless) or set SWARMNET_JAVA_HOME" >&2
    exit 1
}

JVM_FLAGS="--add-modules java.se --add-exports java.base/jdk.internal.ref=ALL-UNNAMED
    --add-opens java.base/java.lang=ALL-UNNAMED --add-opens java.base/sun.nio.ch=ALL-UNNAMED
    --add-opens java.management/sun.management=ALL-UNNAMED
    --add-opens jdk.management/com.sun.management.internal=ALL-UNNAMED"
[ "$JAVA_MAJOR" -lt 24 ] || JVM_FLAGS="$JVM_FLAGS --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"

# Class-data archives halve the start; swarmnet-archive makes them. One for each JVM build; absent or outdated = slower.
ARCHIVES=$LIB/../cds
JVM_KEY=$JAVA_MAJOR-$(cksum <"$(dirname "$JAVA")/../release" | cut -d' ' -f1)
archive_flags() { # NAME
    [ ! -r "$ARCHIVES/$1-$JVM_KEY.jsa" ] || echo "-XX:SharedArchiveFile=$ARCHIVES/$1-$JVM_KEY.jsa -Xlog:disable"
}
