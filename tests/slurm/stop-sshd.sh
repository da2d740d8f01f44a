#!/bin/sh
# Ends the sshd that start-sshd.sh FOLDER started, and its sessions.
pid=$(cat "$1/sshd.pid" 2>/dev/null) || exit 0
[ "$(cat "/proc/$pid/comm" 2>/dev/null)" = sshd ] || exit 0
sessions=$(ps -o pid= --ppid "$pid")
kill "$pid"
[ -z "$sessions" ] || kill $sessions 2>/dev/null
exit 0
