#!/bin/sh
# Builds swarmnet's Debian package from what `make build` made, with dpkg-deb alone.
# For amd64: the native transport among the jars is of that machine.
#   deploy/packaging/deb.sh OUTPUT_DIRECTORY
set -eu
here=$(cd "$(dirname "$0")" && pwd)
deploy=$here/..
output=$1
command -v dpkg-deb >/dev/null || { echo "deb: dpkg-deb is missing; install it: apt-get install dpkg" >&2; exit 1; }
lib=$deploy/target/swarmnet/lib
[ -d "$lib" ] || { echo "deb: no jars in $lib; run: make build" >&2; exit 1; }
version=$(sed -n 's,.*<version>\([0-9][^<]*\)</version>.*,\1,p' "$deploy/pom.xml" | head -1 | sed 's/-SNAPSHOT/~snapshot/')

mkdir -p "$output"
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT INT TERM
chmod 755 "$tree"
home=$tree/usr/lib/swarmnet
doc=$tree/usr/share/doc/swarmnet
install -d "$home/bin" "$home/lib" "$tree/usr/bin" "$tree/usr/sbin" "$tree/usr/lib/systemd/system" "$doc" "$tree/DEBIAN"
install -m 755 "$deploy/bin/swarmnet" "$deploy/bin/swarmnetd" "$deploy/bin/swarmnet-archive" "$home/bin"
install -m 644 "$deploy/bin/java.sh" "$home/bin"
install -m 644 "$lib"/*.jar "$home/lib"
ln -s ../lib/swarmnet/bin/swarmnet "$tree/usr/bin/swarmnet"
ln -s ../lib/swarmnet/bin/swarmnetd "$tree/usr/sbin/swarmnetd"
sed 's,/opt/swarmnet,/usr/lib/swarmnet,' "$here/swarmnet.service" >"$tree/usr/lib/systemd/system/swarmnet.service"
install -m 644 "$deploy/../README.md" "$here/daemon.json" "$here/daemon.json.md" "$doc"
install -m 644 "$deploy/../LICENSE" "$doc/copyright"
install -m 755 "$here"/debian/* "$tree/DEBIAN"
(cd "$tree" && find usr -type f -exec md5sum {} +) >"$tree/DEBIAN/md5sums"
cat >"$tree/DEBIAN/control" <<CONTROL
Package: swarmnet
Version: $version
Architecture: amd64
Maintainer: swarmnet <swarmnet@localhost>
Section: net
Priority: optional
Installed-Size: $(du -sk "$tree/usr" | cut -f1)
Depends: libnftables1, runc, conmon, default-jre-headless (>= 2:1.17) | openjdk-17-jre-headless | java17-runtime-headless
Recommends: iproute2
Suggests: docker-cli, docker.io
Description: Docker's container networking for many hosts, without Docker's engine
 One daemon per host, swarmnetd: swarms, overlay networks over VXLAN, services,
 names, and containers by runc. The stock docker CLI drives it.
CONTROL
# Jars do not get smaller.
dpkg-deb --root-owner-group -Zgzip -z1 --build "$tree" "$output/swarmnet_${version}_amd64.deb" >/dev/null
echo "$output/swarmnet_${version}_amd64.deb"
