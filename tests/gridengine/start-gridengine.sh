#!/bin/bash
# Starts a Grid Engine of its own, for tests: start-gridengine.sh FOLDER
# Packages (Debian): gridengine-master gridengine-exec gridengine-client iproute2. Needs root: the master cannot be bound to an
# interface, so its daemons live in a network namespace that has only lo.
# Environment: SPACE=name of the namespace, SLOTS=64, FINISHED=100 (jobs that qstat -s z remembers), MOST=75000 (members of an array).
# What runs already is left alone. Commands find the cluster through FOLDER/settings.sh, which puts wrappers on the path that enter the namespace.
set -u
[ "$(id -u)" = 0 ] || { echo "start-gridengine: needs root, for a network namespace" >&2; exit 1; }
mkdir -p "$1"; F=$(cd "$1" && pwd); SPACE=${SPACE:-msge}; SLOTS=${SLOTS:-64}; L=/usr/lib/gridengine; R=$F/root; C=$R/default/common
umask 022
mkdir -p "$F"/{bin,log,spool/qmaster/job_scripts,spool/execd,spool/db} "$C"; chmod 755 "$F" "$R"
export SGE_ROOT=$R SGE_CELL=default SGE_ARCH=lx-amd64 SGE_QMASTER_PORT=16844 SGE_EXECD_PORT=16845
inside() { ip netns exec "$SPACE" "$@"; }
runs() { local p; p=$(cat "$1" 2> /dev/null) && [ "$(tr -d '\0' < "/proc/$p/comm" 2> /dev/null)" = "$2" ]; }
until_true() { local i; for ((i = 0; i < 600; i++)); do eval "$1" > /dev/null 2>&1 && return 0; read -rt 0.1 <> <(:) || :; done; echo "start-gridengine: waited in vain for: $1" >&2; exit 1; }

ip netns list | grep -qw "$SPACE" || { ip netns add "$SPACE" && ip -n "$SPACE" link set lo up; } || { echo "start-gridengine: there can be no network namespace here" >&2; exit 1; }
for d in bin lib util utilbin; do [ -e "$R/$d" ] || ln -s "/var/lib/gridengine/$d" "$R/$d"; done
echo localhost > "$C/act_qmaster"
# Every name of this machine is one host.
echo "localhost $(hostname -s) $(getent hosts 127.0.0.1 | tr ' ' '\n' | grep -v '^127' | sort -u | grep -v '^localhost$' | tr '\n' ' ')" > "$C/host_aliases"
sed -e "s#^spooling_params.*#spooling_params         $F/spool/db#" -e "s#^qmaster_spool_dir.*#qmaster_spool_dir       $F/spool/qmaster#" -e 's#^ignore_fqdn.*#ignore_fqdn             true#' \
  /usr/share/gridengine/default-bootstrap > "$C/bootstrap"
echo "SGE_ROOT=$R; SGE_CELL=default; SGE_ARCH=lx-amd64; SGE_QMASTER_PORT=16844; SGE_EXECD_PORT=16845; PATH=$F/bin:\$PATH; export SGE_ROOT SGE_CELL SGE_ARCH SGE_QMASTER_PORT SGE_EXECD_PORT PATH" > "$F/settings.sh"
for c in qsub qstat qacct qdel qconf qhost qmod qhold qrls; do
  printf '#!/bin/sh\n. %s\nexec ip netns exec %s %s/%s "$@"\n' "'$F/settings.sh'" "$SPACE" "$L" "$c" > "$F/bin/$c"; chmod 755 "$F/bin/$c"
done
chown -R sgeadmin:sgeadmin "$F/spool" "$R/default"

if [ ! -e "$F/spool/db/sge" ]; then
  sed -e "s#^execd_spool_dir.*#execd_spool_dir        $F/spool/execd#" -e 's#^min_uid.*#min_uid                0#' -e 's#^min_gid.*#min_gid                0#' -e 's#flush_time=00:00:15#flush_time=00:00:01#' \
      -e 's#^load_report_time.*#load_report_time       00:00:02#' -e 's#^max_unheard.*#max_unheard            00:00:30#' -e 's#^mailer.*#mailer                 /bin/true#' \
      -e "s#^finished_jobs.*#finished_jobs          ${FINISHED:-100}#" -e "s#^max_aj_tasks.*#max_aj_tasks           ${MOST:-75000}#" /usr/share/gridengine/default-configuration > "$F/conf"
  setpriv --reuid sgeadmin --regid sgeadmin --clear-groups sh -ec "$L/spoolinit berkeleydb libspoolb '$F/spool/db' init; $L/spooldefaults configuration '$F/conf'
    $L/spooldefaults complexes /usr/share/gridengine/util/resources/centry; $L/spooldefaults usersets /usr/share/gridengine/util/resources/usersets
    $L/spooldefaults managers sgeadmin; $L/spooldefaults managers root" > "$F/log/init.log" 2>&1 || { cat "$F/log/init.log" >&2; exit 1; }
fi
runs "$F/spool/qmaster/qmaster.pid" sge_qmaster || { rm -f "$F/spool/qmaster/qmaster.pid"; inside "$L/sge_qmaster" > "$F/log/qmaster.log" 2>&1; }
until_true 'inside timeout 3 $L/qconf -sh'

inside "$L/qconf" -ah localhost > /dev/null 2>&1; inside "$L/qconf" -as localhost > /dev/null 2>&1
if ! inside "$L/qconf" -sq all.q > /dev/null 2>&1; then
  printf 'group_name @allhosts\nhostlist localhost\n' > "$F/hosts"; inside "$L/qconf" -Ahgrp "$F/hosts" > /dev/null
  printf 'pe_name smp\nslots %s\nuser_lists NONE\nxuser_lists NONE\nstart_proc_args NONE\nstop_proc_args NONE\nallocation_rule $pe_slots\ncontrol_slaves FALSE\njob_is_first_task TRUE\nurgency_slots min\naccounting_summary FALSE\nqsort_args NONE\n' "$SLOTS" > "$F/pe"
  inside "$L/qconf" -Ap "$F/pe" > /dev/null
  inside "$L/qconf" -sq > "$F/template" 2> /dev/null
  sed -e 's/^qname.*/qname all.q/' -e 's/^hostlist.*/hostlist @allhosts/' -e "s/^slots.*/slots $SLOTS/" -e 's#^shell .*#shell /bin/sh#' -e 's/^load_thresholds.*/load_thresholds NONE/' -e 's/^rerun.*/rerun FALSE/' \
      -e 's/^pe_list.*/pe_list smp/' "$F/template" > "$F/queue"; inside "$L/qconf" -Aq "$F/queue" > /dev/null
  inside "$L/qconf" -ssconf | sed -e 's/^schedule_interval.*/schedule_interval 0:0:1/' -e 's/^flush_submit_sec.*/flush_submit_sec 1/' -e 's/^flush_finish_sec.*/flush_finish_sec 1/' > "$F/scheduler"
  inside "$L/qconf" -Msconf "$F/scheduler" > /dev/null
fi
runs "$F/spool/execd/localhost/execd.pid" sge_execd || inside "$L/sge_execd" > "$F/log/execd.log" 2>&1
until_true 'inside timeout 3 $L/qstat -f | grep -E "all.q@localhost" | grep -qvE " (au|a|u|E) *$|-NA-"'
