#!/bin/sh
# Stands for sbatch, squeue, sacct, scancel and scontrol: jobs are files, and what goes wrong is told by files beside them.
# jobs/ID or jobs/ID_INDEX: name|state|reason|submitted|exit code|node; queue shows those that are not in gone/, accounting all that it may.
cd "$TWIN" || exit 99
me=${0##*/}; here=$OLDPWD
if [ "${1-}" = --version ]; then echo "slurm $(cat version 2>/dev/null || echo 22.05.8)"; exit 0; fi
case $* in *ElapsedRaw*) usage=1 ;; *) usage= ;; esac
echo "$me${usage:+-usage}" >> calls
if [ -s "fault-$me" ]; then . "./fault-$me"; fi
name=; ids=; array=; script=; only=; out=%i; head=1; for word; do case $word in -h|-n) head=0 ;; esac; done
while [ $# -gt 0 ]; do
  case $1 in
    --name=*) name=${1#*=} ;; --state=*) only=${1#*=} ;; --array=*) array=${1#*=} ;; -j) ids=$2; shift ;; -u|-o|-t|-S|-E|-M) [ "$1" != -o ] || out=$2; shift ;;
    --*|-*) : ;; *) script="$script $1" ;;
  esac; shift
done
case $me in
sbatch)
  id=$(($(cat counter) + 1)); echo $id > counter
  case $script in '') cat > "scripts/$id" ;; *) cat "$here/${script# }" > "scripts/$id" ;; esac
  job=$(sed -n 's/^#SBATCH --job-name=//p' "scripts/$id")
  echo "$here" > "scripts/$id.folder"; env > "scripts/$id.env"
  line="$job|PENDING|Priority|2026-01-01T00:00:$(printf %02d $((id % 60)))|0:0"
  if [ -n "$array" ]; then
    for part in $(echo "$array" | tr , ' '); do for i in $(seq "${part%-*}" "${part#*-}"); do echo "$line" > "jobs/${id}_$i"; done; done
  else echo "$line" > "jobs/$id"; fi
  [ -z "${lie-}" ] || { echo "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation" >&2; exit 1; }
  echo "$id" ;;
squeue)
  [ $head = 0 ] || echo "JOBID|STATE|SUBMIT_TIME|REASON|@NODELIST|NAME"
  for f in jobs/*; do
    [ -f "$f" ] && [ ! -f "gone/${f#jobs/}" ] || continue
    IFS='|' read -r job state reason at code node < "$f"
    if [ -n "$name" ]; then [ "$job" != "$name" ] || { f=${f#jobs/}; echo "${out%%%*}${f%_*}"; }
    elif [ "$out" = 'job %i %T' ]; then echo "job ${f#jobs/} $state"
    else echo "${f#jobs/}|$state|$at|$reason|@$node|$job"; fi
  done ;;
sacct)
  [ ! -f accounting-off ] || { echo "Slurm accounting storage is disabled" >&2; exit 1; }
  if [ -n "$usage" ]; then
    echo "JobID|State|Submit|Start|ElapsedRaw|TotalCPU|MaxRSS|NodeList"
    for id in $(echo "$ids" | tr , ' '); do cat "usage-$id" 2>/dev/null; done
    exit 0
  fi
  [ $head = 0 ] || echo "JobID|JobName|State|ExitCode|Submit|NodeList"
  for f in jobs/*; do
    [ -f "$f" ] && [ ! -f "unknown/${f#jobs/}" ] || continue
    IFS='|' read -r job state reason at code node < "$f"; id=${f#jobs/}
    case ",$ids," in *",$id,"*|*",${id%_*},"*) ;; *) case ",$name," in *",$job,"*) ;; *) continue ;; esac ;; esac
    case $out in JobID,JobName) echo "$id|$job" ;; *) echo "$id|$job|$state|$code|$at|${node:-None assigned}" ;; esac
  done ;;
scancel)
  for f in jobs/*; do
    IFS='|' read -r job state reason at code < "$f"; id=${f#jobs/}
    case " $script " in *" $id "*) ;; *) [ "$job" = "$name" ] || continue ;; esac
    [ -z "$only" ] || [ "$only" = "$state" ] || continue
    echo "$job|CANCELLED|None|$at|0:15" > "$f"
  done ;;
scontrol)
  set -- $script; word=$1
  for part in $(echo "$2" | sed 's/\[//; s/\]//; s/,/ /g'); do
    case $part in *_*) job=${part%_*}_; part=${part#*_} ;; esac
    case $part in *-*) part=$(seq "${part%-*}" "${part#*-}") ;; esac
    for i in $part; do
      f=jobs/${job-}$i; [ -f "$f" ] || { echo "Invalid job id specified for job $i" >&2; exit 1; }
      IFS='|' read -r named state reason at code < "$f"
      [ "$state" != PENDING ] || { [ "$word" = hold ] && reason=JobHeldUser || reason=Priority; echo "$named|$state|$reason|$at|$code" > "$f"; }
    done
  done ;;
esac
