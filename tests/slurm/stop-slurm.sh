#!/bin/bash
# Ends the cluster that start-slurm.sh FOLDER started: its jobs, then each daemon by the id in its own file.
F=$(cd "$1" 2> /dev/null && pwd) || exit 0
export SLURM_CONF=$F/etc/slurm.conf PATH=$PATH:/usr/sbin
end() {
  local p i; p=$(cat "$1" 2> /dev/null) && [ "$(tr -d '\0' < "/proc/$p/comm" 2> /dev/null)" = "$2" ] || return 0
  kill "$p"
  for ((i = 0; i < 80; i++)); do [ -d "/proc/$p" ] && [ "$(awk '{print $3}' "/proc/$p/stat" 2> /dev/null)" != Z ] || return 0; read -rt 0.1 <> <(:) || :; done
  kill -KILL "$p" 2> /dev/null
}
if [ -f "$F/run/slurmctld.pid" ]; then
  timeout 5 scancel --quiet --full -u "$(id -un)" 2> /dev/null
  for ((i = 0; i < 50; i++)); do [ -n "$(timeout 5 squeue -h -t RUNNING,SUSPENDED,COMPLETING 2> /dev/null | head -n 1)" ] || break; read -rt 0.1 <> <(:) || :; done
fi
for f in "$F"/run/slurmd-*.pid; do [ ! -e "$f" ] || end "$f" slurmd; done
for d in slurmctld slurmdbd mariadbd munged; do end "$F/run/$d.pid" $d; done
exit 0
