#!/bin/bash
# Starts a Slurm cluster of its own on the loopback interface, for tests: start-slurm.sh FOLDER
# Packages (Debian): slurm-wlm slurm-wlm-basic-plugins munge; with ACCOUNTING=1 also slurmdbd mariadb-server.
# Environment: ACCOUNTING=1|0 (slurmdbd, or none at all), PORT=first of some 20 ports, NODES=4 virtual nodes of 64 cores, NODE=n (what their names begin with), OOM=1 (memory limits by cgroup, root only), ENFORCE=limits,qos (AccountingStorageEnforce), MORE=a line of slurm.conf.
# What runs already is left alone. Commands find the cluster through SLURM_CONF=FOLDER/etc/slurm.conf.
set -u
mkdir -p "$1"; F=$(cd "$1" && pwd); P=${PORT:-17810}; NODES=${NODES:-4}; N=${NODE:-n}; ACCOUNTING=${ACCOUNTING:-1}; OOM=${OOM:-0}
PATH=$PATH:/usr/sbin:/sbin; me=$(id -un); host=$(hostname -s)
umask 022
mkdir -p "$F"/{etc,run,log,state,spool,munge,db,tmp}; chmod 755 "$F"; chmod 700 "$F/state" "$F/db"; chmod 1777 "$F/tmp"

runs() { local p; p=$(cat "$1" 2>/dev/null) && [ "$(tr -d '\0' < "/proc/$p/comm" 2>/dev/null)" = "$2" ]; }
until_true() {
  local end=$((SECONDS + 120))
  while ! timeout 5 bash -c "$1" > /dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || { echo "start-slurm: waited in vain for: $1" >&2; grep -hE 'fatal|error: .*bind' "$F"/log/*.log >&2; exit 1; }
    read -rt 0.1 <> <(:) || :
  done
}

# Its own key and socket, so that it has nothing to do with a munge of the machine.
[ -s "$F/munge/key" ] || { head -c 1024 /dev/urandom > "$F/munge/key"; chmod 600 "$F/munge/key"; }
runs "$F/run/munged.pid" munged || { rm -f "$F/run/munge.sock"*; munged --force --num-threads 4 --key-file="$F/munge/key" --socket="$F/run/munge.sock" --pid-file="$F/run/munged.pid" \
  --log-file="$F/log/munged.log" --seed-file="$F/munge/seed" 2>> "$F/log/munged.err" || exit 1; }

accounting="AccountingStorageType=accounting_storage/none"
[ "$ACCOUNTING" = 0 ] || accounting="AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort=$((P + 2))
AccountingStoragePass=$F/run/munge.sock${ENFORCE:+
AccountingStorageEnforce=$ENFORCE}"
cat > "$F/etc/slurm.conf" <<END
ClusterName=tests
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$P
SlurmUser=$me
SlurmdUser=$me
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
AuthType=auth/munge
AuthInfo=socket=$F/run/munge.sock
CredType=cred/munge
StateSaveLocation=$F/state
SlurmdSpoolDir=$F/spool/%n
TmpFS=$F/tmp/%n
SlurmctldPidFile=$F/run/slurmctld.pid
SlurmdPidFile=$F/run/slurmd-%n.pid
SlurmctldLogFile=$F/log/slurmctld.log
SlurmdLogFile=$F/log/slurmd-%n.log
PlugStackConfig=$F/etc/plugstack.conf
ProctrackType=proctrack/linuxproc
TaskPlugin=$([ "$OOM" = 1 ] && echo task/cgroup || echo task/none)
SwitchType=switch/none
MpiDefault=none
MailProg=/bin/true
PropagateResourceLimits=NONE
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=2
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
DefMemPerCPU=16
SlurmdParameters=config_overrides
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=1,sched_min_interval=10000,default_queue_depth=2000,bf_interval=2,bf_continue,bf_max_job_test=2000,preempt_youngest_first
PriorityType=priority/basic
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
ReturnToService=2
SlurmctldTimeout=10
SlurmdTimeout=300
InactiveLimit=0
KillWait=2
CompleteWait=0
BatchStartTimeout=60
MessageTimeout=30
MinJobAge=${MINJOBAGE:-300}
MaxJobCount=20000
JobRequeue=0
RebootProgram=/bin/true
$accounting
JobCompType=jobcomp/none
${MORE:-}
NodeName=${N}[1-$NODES] NodeHostname=$host NodeAddr=127.0.0.1 Port=[$((P + 5))-$((P + 4 + NODES))] CPUs=64 RealMemory=4096 State=UNKNOWN
PartitionName=main  Nodes=ALL Default=YES MaxTime=1-0 DefaultTime=10 State=UP PriorityTier=10 PreemptMode=OFF
PartitionName=low   Nodes=${N}1 MaxTime=1-0 DefaultTime=10 State=UP PriorityTier=1 PreemptMode=CANCEL
PartitionName=again Nodes=${N}1 MaxTime=1-0 DefaultTime=10 State=UP PriorityTier=1 PreemptMode=REQUEUE
PartitionName=high  Nodes=${N}1 MaxTime=1-0 DefaultTime=10 State=UP PriorityTier=50 PreemptMode=OFF
END
: > "$F/etc/plugstack.conf"
printf 'CgroupAutomount=no\nCgroupPlugin=cgroup/v1\nConstrainCores=no\nConstrainRAMSpace=%s\n' "$([ "$OOM" = 1 ] && echo yes || echo no)" > "$F/etc/cgroup.conf"
export SLURM_CONF=$F/etc/slurm.conf

if [ "$ACCOUNTING" = 1 ]; then
  sql() { mariadb --no-defaults -S "$F/run/db.sock" -uroot "$@"; }
  if ! runs "$F/run/mariadbd.pid" mariadbd; then
    [ -d "$F/db/mysql" ] || mariadb-install-db --no-defaults --user="$me" --datadir="$F/db" --auth-root-authentication-method=normal --skip-test-db > "$F/log/db-install.log" 2>&1 || exit 1
    setsid mariadbd --no-defaults --user="$me" --datadir="$F/db" --socket="$F/run/db.sock" --pid-file="$F/run/mariadbd.pid" --bind-address=127.0.0.1 --port=$((P + 1)) --log-error="$F/log/db.log" \
      --innodb-buffer-pool-size=128M --innodb-log-file-size=48M --innodb-lock-wait-timeout=900 --innodb-flush-log-at-trx-commit=2 < /dev/null > /dev/null 2>&1 &
    until_true "mariadb --no-defaults -S '$F/run/db.sock' -uroot -e 'select 1'"
    sql -e "create user if not exists slurm@'127.0.0.1' identified by 'tests'; create user if not exists slurm@localhost identified by 'tests'; create database if not exists jobs; grant all on jobs.* to slurm@'127.0.0.1'; grant all on jobs.* to slurm@localhost" || exit 1
  fi
  cat > "$F/etc/slurmdbd.conf" <<END
AuthType=auth/munge
AuthInfo=socket=$F/run/munge.sock
DbdHost=$host
DbdAddr=127.0.0.1
CommunicationParameters=NoInAddrAny
DbdPort=$((P + 2))
SlurmUser=$me
PidFile=$F/run/slurmdbd.pid
LogFile=$F/log/slurmdbd.log
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort=$((P + 1))
StorageUser=slurm
StoragePass=tests
StorageLoc=jobs
END
  chmod 600 "$F/etc/slurmdbd.conf"
  runs "$F/run/slurmdbd.pid" slurmdbd || slurmdbd || exit 1
  until_true "sacctmgr -n -i list cluster"
  [ -n "$(sacctmgr -n -P list cluster tests format=cluster)" ] || sacctmgr -Q -i add cluster tests > /dev/null
  [ -z "${ENFORCE-}" ] || [ -n "$(sacctmgr -n -P list associations user="$me" format=user)" ] || sacctmgr -Q -i add user "$me" account=root > /dev/null
fi

runs "$F/run/slurmctld.pid" slurmctld || slurmctld || exit 1
for ((i = 1; i <= NODES; i++)); do
  mkdir -p "$F/spool/$N$i"; mkdir -p -m 1777 "$F/tmp/$N$i"; runs "$F/run/slurmd-$N$i.pid" slurmd || slurmd -N "$N$i" || exit 1
done
export NODES
until_true '[ "$(sinfo -h -N -p main -t idle,mix,alloc -o %N | sort -u | wc -l)" = "$NODES" ]'
