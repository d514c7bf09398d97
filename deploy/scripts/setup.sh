#!/bin/sh
# Installs the Debian packages that a purpose needs: as root by apt, otherwise it names them in one line.
#
#   deploy/scripts/setup.sh run|lab|test
#
# run: what a host needs. lab: also what `make lab` uses. test: also what the tests look at the kernel with.
set -eu
purpose=${1:-run}
case $purpose in run | lab | test) ;; *) echo "usage: setup.sh run|lab|test" >&2; exit 2 ;; esac
PATH=$PATH:/usr/sbin:/sbin

fail() {
    echo "setup: $1" >&2
    exit 1
}

missing=
need() { # COMMAND PACKAGE
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
ldconfig -p 2>/dev/null | grep -q libnftables.so.1 || missing="$missing libnftables1"
need runc runc
need conmon conmon
if [ "$purpose" = run ]; then
    command -v java >/dev/null 2>&1 || ls -d /usr/lib/jvm/*/bin/java >/dev/null 2>&1 || missing="$missing openjdk-17-jre-headless"
else
    [ -x "${JAVA_HOME:-/none}/bin/javac" ] || need javac openjdk-17-jdk-headless
    need mvn maven
    need unshare util-linux
    need ip iproute2
    need dig dnsutils
    need ping iputils-ping
fi
if [ "$purpose" = test ]; then
    need nft nftables
    need iperf3 iperf3
    need tcpdump tcpdump
    need conntrack conntrack
    need strace strace
    need curl curl
    need openssl openssl
    need busybox busybox-static
fi

if [ -n "$missing" ]; then
    command -v apt-get >/dev/null 2>&1 || fail "missing, and there is no apt-get here; install what gives:$missing"
    [ "$(id -u)" = 0 ] || fail "missing packages; run as root: apt-get install --no-install-recommends$missing"
    echo "setup: installing$missing"
    export DEBIAN_FRONTEND=noninteractive
    log=$(mktemp)
    # shellcheck disable=SC2086
    apt-get -q install -y --no-install-recommends $missing >"$log" 2>&1 || {
        apt-get -q update >"$log" 2>&1 && apt-get -q install -y --no-install-recommends $missing >>"$log" 2>&1
    } || {
        tail -5 "$log" >&2
        fail "apt-get could not install$missing; its log is $log"
    }
    rm -f "$log"
fi
[ "$purpose" != run ] || exit 0

[ "$(id -u)" = 0 ] || fail "a lab and its tests make namespaces: run this as root (make test-fast needs none)"
probe=$(unshare --net --uts --mount --pid --fork true 2>&1) || fail "this machine makes no namespaces: $probe"

# The stock docker CLI drives the lab. Debian's package is unpacked, not installed: no engine is started.
command -v docker >/dev/null 2>&1 && exit 0
tools=$(cd "$(dirname "$0")/.." && pwd)/target/tools
[ ! -x "$tools/bin/docker" ] || exit 0
command -v apt-get >/dev/null 2>&1 || fail "the docker CLI is not on the PATH; install one"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
fetch() {
    (cd "$work" && apt-get -q -o APT::Sandbox::User=root download docker.io >"$work/log" 2>&1)
}
fetch || { apt-get -q update >"$work/log" 2>&1 && fetch; } || {
    tail -5 "$work/log" >&2
    fail "Debian's docker.io could not be fetched; put any docker CLI on the PATH"
}
mkdir -p "$tools/bin"
dpkg-deb -x "$work"/docker.io_*.deb "$work/unpacked"
cp "$work/unpacked/usr/bin/docker" "$tools/bin/docker"
echo "setup: docker CLI unpacked into $tools/bin"
