# Process 1 of a host of the lab: gives it its own name, /run and files, then keeps its daemon running.
#   host.sh NAME DIRECTORY COMMAND...
set -eu
name=$1 directory=$2
shift 2
hostname "$name"
mount -t tmpfs -o mode=755,nosuid,nodev tmpfs /run
mkdir -p /run/lock /run/swarmnet
for file in resolv.conf hosts; do
    target=$(readlink -f "/etc/$file")
    # a link into the machine's /run leads nowhere now
    [ -e "$target" ] || { mkdir -p "$(dirname "$target")" && : >"$target"; }
    mount --bind "$directory/$file" "$target"
done
ln -s /run/swarmnet/swarmnet.sock /run/docker.sock
: >"$directory/begun"
until [ -e "$directory/ready" ]; do sleep 0.02; done

# The supervisor: a dead daemon is back within a second.
trap 'exit 0' TERM
while :; do
    "$@" &
    wait $! || true
    sleep 0.3 &
    wait $!
done
