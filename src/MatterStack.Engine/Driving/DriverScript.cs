using System.Globalization;
using System.Text;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Driving;

/// <summary>The script of a driver: POSIX shell text that executes one tick in an environment of its own, and removes the driver's entry
/// when the run does not need it any more.</summary>
/// <remarks>The script is in the user's home folder, not in the run's: it survives the run's folder, and members of a group that may write
/// runs cannot change what the user's timer executes.</remarks>
internal static class DriverScript
{
    /// <summary>Argument: removes the entry and the script.</summary>
    public const string Remove = "remove";

    /// <summary>Argument: submits the next job, unless one waits; only for a driver of jobs.</summary>
    public const string Submit = "submit";

    /// <summary>Size in bytes at which the older half of the log is deleted.</summary>
    public const int MaxLogBytes = 1 << 20;

    /// <summary>Returns the text of the script.</summary>
    public static string Build(DriverPlan plan)
    {
        var script = new StringBuilder("#!/bin/sh\n");
        AppendComment(script, $"Drives run {plan.Run.Id} of {plan.Workspace}: each call is one tick.");
        AppendComment(script, "dotnet build -t:Drive -p:Stop=true in the workspace removes it.");
        AppendValue(script, "run", plan.Run.Path);
        AppendValue(script, "project", plan.ProjectFile);
        AppendValue(script, "self", plan.ScriptFile);
        AppendValue(script, "name", plan.Name);
        AppendValue(script, "own", plan.Identity);
        if (plan.Kind is DriverKind.Cron or DriverKind.Scrontab)
        {
            AppendValue(script, "lock", plan.LockFile);
        }

        if (plan.Kind == DriverKind.Systemd)
        {
            AppendValue(script, "units", plan.UnitFolder);
        }

        script.Append('\n');
        AppendEnvironment(script, plan);
        AppendTick(script, plan);
        script.Append(GoneFunction);
        script.Append(
            plan.Kind switch
            {
                DriverKind.Cron => FormatCrontabRemoval("crontab"),
                DriverKind.Scrontab => FormatCrontabRemoval("scrontab"),
                DriverKind.Systemd => SystemdRemoval,
                DriverKind.Slurm => FormatFollower(plan),
                _ => throw new InvalidOperationException($"No rule for {plan.Kind}"),
            }
        );
        script.Append(
            plan.Kind == DriverKind.Slurm
                ? "\ncase ${1-tick} in remove) remove; exit ;; submit) submit now; exit ;; esac\n"
                : "\ncase ${1-tick} in remove) remove; exit ;; esac\n"
        );
        return script
            .Append(CultureInfo.InvariantCulture, $"limit={MaxLogBytes}\n")
            .Append(Check)
            .Append(plan.Kind == DriverKind.Slurm ? "" : Skip)
            .Append(Call)
            .Append(plan.Kind == DriverKind.Slurm ? "submit\n" : "")
            .Append("exit $code\n")
            .ToString();
    }

    private const string GoneFunction = """

        # The file is gone for good: the listing of the nearest folder above says so. An empty folder may be a file system that is not mounted.
        is_gone() {
          [ ! -e "$1" ] || return 1
          below=$(basename -- "$1"); above=$(dirname -- "$1")
          while [ ! -d "$above" ] && [ "$above" != / ]; do below=$(basename -- "$above"); above=$(dirname -- "$above"); done
          listed=$(ls -A -- "$above" 2>/dev/null) || return 1
          [ -n "$listed" ] && ! printf '%s\n' "$listed" | grep -qxF -e "$below"
        }

        """;

    private const string SystemdRemoval = """

        remove() {
          XDG_RUNTIME_DIR=${XDG_RUNTIME_DIR:-/run/user/$(id -u)}; export XDG_RUNTIME_DIR
          systemctl --user disable --now "$name.timer" 2>/dev/null
          rm -f -- "$units/$name.timer" "$units/$name.service" "$units/timers.target.wants/$name.timer" "$self"
          systemctl --user daemon-reload 2>/dev/null
        }

        """;

    private const string Check = """
        if is_gone "$run" || is_gone "$project"; then remove; exit 0; fi
        [ -e "$run/state.sqlite" ] && [ -e "$project" ] || exit 1
        cd "$run/driver" 2>/dev/null || { remove; exit 0; }
        # The run has another driver, or none: this one is left over.
        is_own() { if [ -e current ]; then [ ! -s current ] || [ "$(cat current)" = "$own" ]; else [ ! -e "$run/state.sqlite" ]; fi; }
        is_own || { remove; exit 0; }

        """;

    private const string Skip = """
        # A call before its time does nothing, unless another command has changed the run.
        if [ -s next ] && [ ! "$run/state.sqlite" -nt next ] && [ "$(date +%s)" -lt "$(cat next)" ]; then exit 0; fi

        """;

    private const string Call = """
        # A tick that takes longer than the interval keeps the next one away. What a tick starts must not inherit this lock.
        if command -v flock >/dev/null 2>&1; then exec 9>>lock; flock -n 9 || exit 0; fi
        exec >> driver.log 2>&1
        [ "$(wc -c < driver.log)" -le "$limit" ] || { tail -c $((limit / 2)) driver.log > driver.log.cut; mv -f driver.log.cut driver.log; exec >> driver.log 2>&1; }
        date '+-- %Y-%m-%d %H:%M:%S %z'
        # A tick that fails leaves none.
        rm -f follow next
        (cd / && tick 9>&-); code=$?
        is_own || { remove; exit $code; }

        """;

    private static void AppendEnvironment(StringBuilder script, DriverPlan plan)
    {
        if (plan.Environment.FirstOrDefault(static pair => pair.Key == "PATH").Value is { } path)
        {
            AppendValue(script, "PATH", path);
            script.Append("export PATH\n");
        }

        AppendComment(script, "No variable of a log-in session or of a job reaches the tick, and so none reaches what the tick starts.");
        script.Append("clean() {\n  env -i");
        foreach (var (name, value) in plan.Environment)
        {
            script.Append(" \\\n    ").Append(ShellText.QuoteIfNeeded(name + "=" + value));
        }

        script.Append(" \\\n    \"$@\"\n}\n\n");
    }

    private static void AppendTick(StringBuilder script, DriverPlan plan)
    {
        script
            .Append("tick() {\n  clean ")
            .Append(ShellText.QuoteIfNeeded(plan.Dotnet))
            .Append(" build \"$project\" --no-restore -nologo -tl:off -clp:NoSummary -v:m -m:1 -nr:false \\\n    -t:Drive -p:RunId=")
            .Append(plan.Run.Id)
            .Append(" -p:DriverTick=")
            .Append(ShellText.QuoteIfNeeded(EscapeProperty(plan.Identity)))
            .Append(" -p:Every=")
            .Append(FormatInterval(plan.Interval));
        foreach (var (name, value) in plan.Properties)
        {
            script.Append(" \\\n    ").Append(ShellText.QuoteIfNeeded(FormatProperty(name, value)));
        }

        script.Append("\n}\n");
    }

    private static string FormatCrontabRemoval(string program) =>
        $$"""

            remove() {
              entries=$(mktemp) || return
              if command -v flock >/dev/null 2>&1; then exec 8>>"$lock"; flock 8; fi
              if {{program}} -l > "$entries" 2>/dev/null && grep -qF -e "$name" "$entries"; then
                grep -vF -e "$name" "$entries" > "$entries.rest"
                if [ -s "$entries.rest" ]; then {{program}} "$entries.rest"; else {{program}} -r; fi
              fi
              rm -f -- "$entries" "$entries.rest" "$self"
            }

            """;

    // Slurm keeps the name of a job, so a second follower is never submitted while one waits.
    private static string FormatFollower(DriverPlan plan)
    {
        var site = plan.Follower;
        return $$"""

            remove() {
              clean scancel{{site.ClusterOption}} --quiet --state=PENDING --name="$name"
              rm -f -- "$self"
            }

            submit() {
              waiting=$(clean squeue{{site.ClusterOption}} -h -u "$(id -u)" --name="$name" -t PENDING,RUNNING -o %A) || return
              for job in $waiting; do [ "$job" = "${SLURM_JOB_ID-}" ] || return 0; done
              send() { clean sbatch{{site.ClusterOption}} --parsable {{site.FormatOptions(
                plan.Name
            )}} --export=HOME --requeue --chdir=/ --output=/dev/null "$@" "$self"; }
              if [ "${1-}" = now ]; then send; return; fi
              # The next tick is due when one of the run's jobs has ended, or at a time.
              if [ -s "$run/driver/follow" ] && send --dependency="$(cat "$run/driver/follow")"; then return; fi
              seconds={{(long)plan.Interval.TotalSeconds}}
              if [ -s "$run/driver/next" ]; then seconds=$(($(cat "$run/driver/next") - $(date +%s))); fi
              send --begin=now+$((seconds > 5 ? seconds : 5))
            }

            """;
    }

    private static string FormatInterval(TimeSpan interval) =>
        interval.ToString(interval.Days > 0 ? @"d\.hh\:mm\:ss" : @"hh\:mm\:ss", CultureInfo.InvariantCulture);

    // MSBuild splits values at commas and semicolons, and reads a per cent sign as the begin of an escape.
    private static string EscapeProperty(string value) =>
        value
            .Replace("%", "%25", StringComparison.Ordinal)
            .Replace(";", "%3B", StringComparison.Ordinal)
            .Replace(",", "%2C", StringComparison.Ordinal)
            .Replace("\"", "%22", StringComparison.Ordinal);

    // The value has the escapes of MSBuild already. In quotes it is not split.
    private static string FormatProperty(string name, string value) =>
        value.AsSpan().ContainsAny(';', ',') ? $"-p:{name}=\"{value}\"" : $"-p:{name}={value}";

    private static void AppendValue(StringBuilder script, string name, string value) =>
        script.Append(name).Append('=').Append(ShellText.Quote(value)).Append('\n');

    private static void AppendComment(StringBuilder script, string text) => script.Append(ShellText.ToComment(text)).Append('\n');
}
