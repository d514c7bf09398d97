#!/bin/sh
# Installs the Debian packages that a purpose needs: as root by apt, otherwise it names them in one line.
#
#   deploy/scripts/setup.sh run|lab|test
set -eu
purpose=${1:-run}

missing=
need() { # COMMAND PACKAGE
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
PATH=$PATH:/usr/sbin:/sbin
ldconfig -p 2>/dev/null | grep -q libnftables.so.1 || missing="$missing libnftables1"
need runc runc
need conmon conmon
if [ "$purpose" != run ]; then
    need unshare util-linux
    need ip iproute2
    need dig dnsutils
    need ping iputils-ping
    need make make
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
    # shellcheck disable=SC2086
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "setup: installing$missing"
        export DEBIAN_FRONTEND=noninteractive
        apt-get -q install -y --no-install-recommends $missing >/dev/null 2>&1 || {
            apt-get -q update >/dev/null
            apt-get -q install -y --no-install-recommends $missing >/dev/null
        }
    else
        echo "setup: missing packages; run as root: apt-get install --no-install-recommends$missing" >&2
        exit 1
    fi
fi

# The stock docker CLI drives the lab. Debian's package is unpacked, not installed: no engine is started.
if [ "$purpose" != run ] && ! command -v docker >/dev/null 2>&1; then
    tools=$(cd "$(dirname "$0")/.." && pwd)/target/tools
    if [ ! -x "$tools/bin/docker" ]; then
        mkdir -p "$tools/bin"
        work=$(mktemp -d)
        chmod 755 "$work"
        (cd "$work" && { apt-get -q -o APT::Sandbox::User=root download docker.io >/dev/null 2>&1 \
            || { apt-get -q update >/dev/null && apt-get -q -o APT::Sandbox::User=root download docker.io >/dev/null; }; } \
            && dpkg-deb -x docker.io_*.deb . && cp usr/bin/docker "$tools/bin/docker")
        rm -rf "$work"
        echo "setup: docker CLI unpacked into $tools/bin"
    fi
fi
