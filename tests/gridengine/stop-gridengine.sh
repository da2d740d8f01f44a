#!/bin/bash
# Ends the cluster that start-gridengine.sh FOLDER started: its jobs, then each daemon by the id in its own file, then the namespace.
F=$(cd "$1" 2> /dev/null && pwd) || exit 0
SPACE=${SPACE:-msge}
end() {
  local p i; p=$(cat "$1" 2> /dev/null) && [ "$(tr -d '\0' < "/proc/$p/comm" 2> /dev/null)" = "$2" ] || return 0
  kill "$p"
  for ((i = 0; i < 120; i++)); do [ -d "/proc/$p" ] && [ "$(awk '{print $3}' "/proc/$p/stat" 2> /dev/null)" != Z ] || return 0; read -rt 0.1 <> <(:) || :; done
  kill -KILL "$p" 2> /dev/null
}
if [ -x "$F/bin/qdel" ]; then
  timeout 5 "$F/bin/qdel" -u '*' > /dev/null 2>&1
  for ((i = 0; i < 50; i++)); do [ -n "$(timeout 5 "$F/bin/qstat" -s rs -u '*' 2> /dev/null)" ] || break; read -rt 0.1 <> <(:) || :; done
fi
end "$F/spool/execd/localhost/execd.pid" sge_execd
end "$F/spool/qmaster/qmaster.pid" sge_qmaster
ip netns del "$SPACE" 2> /dev/null
exit 0
