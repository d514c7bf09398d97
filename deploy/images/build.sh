#!/bin/sh
# Builds the lab's images (busybox, nginx, alpine) as tarballs for `docker import`, from Debian packages alone.
#
#   deploy/images/build.sh OUTPUT_DIRECTORY
#
# The packages are fetched with `apt-get download` and unpacked, never installed. What is built already stays.
set -eu

out=${1:?usage: build.sh OUTPUT_DIRECTORY}
mkdir -p "$out"
out=$(cd "$out" && pwd)
[ -s "$out/busybox.tar" ] && [ -s "$out/nginx.tar" ] && [ -s "$out/alpine.tar" ] && exit 0

command -v apt-get >/dev/null || { echo "images: apt-get is not here; the lab's images are built from Debian packages" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
mkdir "$work/debs" "$work/unpacked"
# apt drops its rights to _apt for downloads and warns when it may not write here
chmod 755 "$work"; chmod 777 "$work/debs"

fetch() {
    (cd "$work/debs" && apt-get -q -o APT::Sandbox::User=root download "$@" >/dev/null 2>"$work/apt.log") || return 1
}
packages="busybox-static nginx nginx-common libc6 libcrypt1 libpcre2-8-0 libssl3 zlib1g"
echo "images: fetching $packages"
# shellcheck disable=SC2086
fetch $packages || { [ "$(id -u)" != 0 ] || apt-get -q update >/dev/null; fetch $packages; } || {
    cat "$work/apt.log" >&2
    echo "images: the packages could not be fetched; try: apt-get update" >&2
    exit 1
}
for deb in "$work"/debs/*.deb; do
    dpkg-deb -x "$deb" "$work/unpacked"
done

base() { # ROOT: busybox with all its applets and the files that programs expect
    root=$1
    mkdir -p "$root/bin" "$root/sbin" "$root/usr/bin" "$root/usr/sbin" "$root/etc" "$root/root" "$root/tmp" \
        "$root/var/log" "$root/var/www" "$root/run" "$root/proc" "$root/sys" "$root/dev"
    chmod 1777 "$root/tmp"
    ln -s /run "$root/var/run"
    cp "$work/unpacked/bin/busybox" "$root/bin/busybox"
    for applet in $("$root/bin/busybox" --list); do
        [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
    done
    printf 'root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33:www-data:/var/www:/bin/false\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$root/etc/passwd"
    printf 'root:x:0:\nwww-data:x:33:\nnogroup:x:65534:\n' >"$root/etc/group"
    printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
}

pack() { # ROOT NAME
    tar -C "$1" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -cf "$out/$2.tar.new" .
    mv "$out/$2.tar.new" "$out/$2.tar"
    echo "images: $2 $(du -h "$out/$2.tar" | cut -f1)"
}

base "$work/busybox"
pack "$work/busybox" busybox

base "$work/alpine"
echo 'swarmnet lab: busybox ash under the name alpine' >"$work/alpine/etc/motd"
pack "$work/alpine" alpine

base "$work/nginx"
library=lib/x86_64-linux-gnu
arch=$(dpkg --print-architecture)
[ "$arch" = amd64 ] || library=lib/$(ls "$work/unpacked/usr/lib" | grep linux-gnu | head -1)
mkdir -p "$work/nginx/$library" "$work/nginx/usr/$library" "$work/nginx/etc/nginx" "$work/nginx/var/log/nginx" \
    "$work/nginx/var/lib/nginx" "$work/nginx/usr/share/nginx/html"
cp "$work/unpacked/usr/sbin/nginx" "$work/nginx/usr/sbin/nginx"
for place in "$library" "usr/$library"; do
    [ -d "$work/unpacked/$place" ] || continue
    find "$work/unpacked/$place" -maxdepth 1 \( -name '*.so' -o -name '*.so.*' \) -exec cp -a {} "$work/nginx/$place/" \;
done
[ -d "$work/unpacked/lib64" ] && cp -a "$work/unpacked/lib64" "$work/nginx/lib64"
cp "$work/unpacked/etc/nginx/mime.types" "$work/nginx/etc/nginx/mime.types"
ln -s /dev/stdout "$work/nginx/var/log/nginx/access.log"
ln -s /dev/stderr "$work/nginx/var/log/nginx/error.log"
cat >"$work/nginx/etc/nginx/nginx.conf" <<'CONF'
user www-data;
worker_processes 1;
events { worker_connections 256; }
http {
    include mime.types;
    default_type text/html;
    access_log /var/log/nginx/access.log;
    error_log /var/log/nginx/error.log;
    server {
        listen 80;
        add_header X-Served-By $hostname;
        root /usr/share/nginx/html;
    }
}
CONF
cat >"$work/nginx/usr/share/nginx/html/index.html" <<'HTML'
<!DOCTYPE html>
<html><head><title>Welcome to nginx!</title></head>
<body><h1>Welcome to nginx!</h1></body></html>
HTML
pack "$work/nginx" nginx
