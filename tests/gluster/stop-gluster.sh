#!/bin/sh
# stop-gluster.sh DIR: unmounts and ends what start-gluster.sh DIR started, as far as it is still there.
set -u
PATH=$PATH:/usr/sbin:/sbin
dir=$(cd "$1" && pwd -P) || exit 1
[ -e "$dir/.matterstack-gluster" ] || { echo "$dir is not from start-gluster.sh" >&2; exit 1; }
for node in a b; do
  grep -q " $dir/$node " /proc/self/mountinfo && { umount "$dir/$node" 2>/dev/null || umount -l "$dir/$node"; }
done
for name in a b brick; do
  pid=$(cat "$dir/$name.pid" 2>/dev/null) || continue
  # The number may be another process's by now.
  is_ours() { { tr '\0' ' ' < "/proc/$pid/cmdline"; } 2>/dev/null | grep -qF "$dir/"; }
  is_ours || continue
  kill "$pid" 2>/dev/null
  i=0
  while is_ours && [ $i -lt 40 ]; do sleep 0.05; i=$((i + 1)); done
  is_ours && kill -9 "$pid" 2>/dev/null
done
exit 0
