using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Driving;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands.Reporting;

/// <summary>Shows who drives a run, its last and its next tick, and warns if nothing has driven it for long.</summary>
internal static class DriverReport
{
    // Number of intervals after which a driver counts as silent.
    private const int MissedIntervals = 3;

    // A run without a driver may be between two commands of a person.
    private static readonly TimeSpan MaxSilence = TimeSpan.FromMinutes(15);

    /// <summary>Writes the lines for a run that has not ended, and returns the item of its driver; null if it has none.</summary>
    /// <param name="context">Log and clock.</param>
    /// <param name="reader">The run.</param>
    /// <param name="hasJob">Whether the job of the next tick exists; null if that is not known.</param>
    public static ReportItem? Write(CommandContext context, RunReader reader, Func<bool?> hasJob)
    {
        var driver = reader.FindDriver();
        if (reader.State.IsEnd())
        {
            return null;
        }

        var tick = new DriverFiles(reader.Run, context.Host.Disk).ReadTick();
        if (driver is { Driver: var (kind, machine, seconds, _), Actor: var actor, InstalledAt: var installed })
        {
            tick = tick?.Driver == driver.Value.Driver.Identity ? tick : null;
            context.Log.Info(
                $"  driven by {kind} on {machine}, every {seconds} s, installed by {actor} at {installed.ToText()}; "
                    + (
                        tick is null ? "no tick yet"
                        : tick.NextAt is { } next ? $"last tick {tick.At.ToText()} ({tick.Result}), next {next.ToText()}"
                        : $"last tick {tick.At.ToText()} ({tick.Result}), next when one of the run's jobs ends"
                    )
            );
        }

        if (FindSilence(context, reader, driver, tick, hasJob) is { } silent)
        {
            context.Log.Report(silent.AsWarning());
        }

        return driver is { } found
            ? ReportItem.Create(
                reader.Run.Id.Value,
                ("item", "driver"),
                ("run_id", reader.Run.Id),
                ("kind", found.Driver.Kind),
                ("machine", found.Driver.Machine),
                ("actor", found.Actor),
                ("every_seconds", found.Driver.EverySeconds),
                ("installed_at_utc", found.InstalledAt.ToText()),
                ("last_tick_at_utc", tick?.At.ToText()),
                ("last_tick_result", tick?.Result),
                ("next_tick_at_utc", tick?.NextAt?.ToText())
            )
            : null;
    }

    private static Problem? FindSilence(
        CommandContext context,
        RunReader reader,
        (RunDriver Driver, string Actor, DateTimeOffset InstalledAt)? driver,
        DriverTick? tick,
        Func<bool?> hasJob
    )
    {
        var now = context.Host.Clock.GetUtcNow();
        var run = reader.Run;
        if (RunLock.FindHolder(run) is not null)
        {
            return null;
        }

        if (driver is { Driver: var entry, InstalledAt: var installed })
        {
            var (last, interval) = tick is null
                ? (installed, TimeSpan.FromSeconds(entry.EverySeconds))
                : (tick.At, tick.NextAt is { } next ? next - tick.At : TimeSpan.FromSeconds(entry.EverySeconds));
            // A job that waits for jobs of the run may wait for days.
            return now - last > interval * MissedIntervals && (tick is not { NextAt: null } || hasJob() == false)
                ? new Problem(
                    DrivingCodes.NoTicks,
                    $"{entry.Kind} on {entry.Machine} has not driven run {run.Id} since {last.ToText()}",
                    $"Look at {new DriverFiles(run, context.Host.Disk).LogFile} and, on {entry.Machine}, at {DescribeEntry(entry)}; "
                        + $"-t:Drive -p:With={entry.Kind} -p:Confirm=true there installs it again."
                )
                : null;
        }

        return
            reader.State == RunState.Running
            && reader.FindLastEventTime() is { } seen
            && now - seen > MaxSilence
            && reader.ReadLiveAttempts().Any(attempt => !context.TakesResponses(attempt.OperatorKey))
            && RunLock.FindLastTime(run) is var locked
            && now - (locked > seen ? locked.Value : seen) > MaxSilence
            ? Problem.Create(
                DrivingCodes.NoTicks,
                $"No command drives run {run.Id}, and attempts are live: the last one that did began at {(locked ?? seen).ToText()}"
            )
            : null;
    }

    private static string DescribeEntry(RunDriver driver) =>
        DriverKindText.Find(driver.Kind) switch
        {
            DriverKind.Systemd => "'systemctl --user list-timers'",
            DriverKind.Cron => "'crontab -l', and whether the cron daemon runs",
            DriverKind.Scrontab => "'scrontab -l'",
            DriverKind.Slurm => "'squeue --me'",
            _ => "its entry",
        };
}
