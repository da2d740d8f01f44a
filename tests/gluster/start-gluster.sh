#!/bin/sh
# start-gluster.sh DIR: a GlusterFS brick of its own on this machine, mounted twice: DIR/a and DIR/b are what two log-in nodes see of one file system.
# Root, /dev/fuse and Debian's glusterfs-server and glusterfs-client are needed. No glusterd: brick and mounts have their volume files from here, and the brick listens on a free port of
# 127.0.0.1, so any number can run beside each other and beside a glusterd of somebody else. Stop with stop-gluster.sh DIR.
set -eu
PATH=$PATH:/usr/sbin:/sbin
dir=$(mkdir -p "$1" && cd "$1" && pwd -P)
mkdir -p "$dir/brick" "$dir/a" "$dir/b" "$dir/log"
touch "$dir/.matterstack-gluster"

until_true() { i=0; until timeout 10 "$@"; do i=$((i + 1)); [ $i -le 200 ] || return 1; sleep 0.05; done; }
listens() { grep -qi "^ *[0-9]*: 0100007F:$(printf %04X "$1") 00000000:0000 0A" /proc/net/tcp; }

port=$((26000 + $$ % 6000))
while listens $port; do port=$((port + 1)); done

cat > "$dir/brick.vol" <<END
volume posix
  type storage/posix
  option directory $dir/brick
end-volume
volume locks
  type features/locks
  subvolumes posix
end-volume
volume io-threads
  type performance/io-threads
  subvolumes locks
end-volume
volume brick
  type debug/io-stats
  subvolumes io-threads
end-volume
volume server
  type protocol/server
  option transport-type tcp
  option transport.address-family inet
  option transport.socket.bind-address 127.0.0.1
  option transport.socket.listen-port $port
  option auth.addr.brick.allow *
  subvolumes brick
end-volume
END

# The layers, and their presets, of a mount of a volume that glusterd makes.
cat > "$dir/mount.vol" <<END
volume client
  type protocol/client
  option transport-type tcp
  option transport.address-family inet
  option remote-host 127.0.0.1
  option remote-port $port
  option remote-subvolume brick
end-volume
volume distribute
  type cluster/distribute
  subvolumes client
end-volume
volume utime
  type features/utime
  option noatime on
  subvolumes distribute
end-volume
volume write-behind
  type performance/write-behind
  subvolumes utime
end-volume
volume open-behind
  type performance/open-behind
  subvolumes write-behind
end-volume
volume quick-read
  type performance/quick-read
  subvolumes open-behind
end-volume
volume md-cache
  type performance/md-cache
  subvolumes quick-read
end-volume
volume shared
  type performance/io-threads
  subvolumes md-cache
end-volume
END

glusterfsd -f "$dir/brick.vol" -p "$dir/brick.pid" -l "$dir/log/brick.log"
i=0
until listens $port || [ $i -gt 200 ]; do i=$((i + 1)); sleep 0.05; done
listens $port || { echo "the brick does not start: $(tail -n 3 "$dir/log/brick.log")" >&2; exit 1; }
for node in a b; do
  glusterfs -f "$dir/mount.vol" -p "$dir/$node.pid" -l "$dir/log/$node.log" --fs-display-name=matterstack "$dir/$node"
  until_true mountpoint -q "$dir/$node" || { echo "$node is not mounted: $(tail -n 3 "$dir/log/$node.log")" >&2; exit 1; }
done
touch "$dir/a/.here"
until_true test -e "$dir/b/.here" || { echo "b does not show what a has" >&2; exit 1; }
rm "$dir/a/.here"
