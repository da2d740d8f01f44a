using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Driving;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Commands;

/// <summary>One tick of a run for its driver: what the driver's script calls.</summary>
/// <param name="context">Workspace, arguments and log.</param>
/// <param name="run">The run.</param>
/// <param name="identity">Identity of the driver.</param>
internal sealed class DriverTickCommand(CommandContext context, RunFolder run, string identity)
{
    // Jobs that the next job of a driver depends on: the first of them to end starts it.
    private const int MaxAwaitedJobs = 100;

    // A timer may call a little early.
    private static readonly TimeSpan MaxEarly = TimeSpan.FromSeconds(30);

    // Share of the interval in which a tick stays while processes of this machine are under way: short tasks would otherwise start once per
    // interval, and the machine works in any case.
    private const double WindowShare = 0.75;

    private readonly DriverFiles _files = new(run, context.Host.Disk);

    // Read before the tick, whose script removes what the last one left.
    private readonly string? _before = new DriverFiles(run, context.Host.Disk).ReadTick()?.Awaited;

    private bool IsJob => IsKind(DriverKind.Slurm) || IsKind(DriverKind.Scrontab);

    private TimeSpan Interval => context.Arguments.Every ?? DriverPlan.DefaultInterval;

    /// <summary>Interval while only people are waited for.</summary>
    public static TimeSpan GetSlowInterval(TimeSpan interval) => interval > DriverPlan.SlowInterval ? interval : DriverPlan.SlowInterval;

    /// <summary>Executes the tick and records it. A run that another command drives needs none, which is no error.</summary>
    public CommandResult Execute(Func<CampaignSource> campaign, CancellationToken cancel)
    {
        if (_files.ReadCurrent() != identity)
        {
            context.Log.Info($"{context.Workspace.Slug}: run {run.Id} is not driven by {identity} any more");
            return new CommandResult(true, []);
        }

        var began = context.Host.Clock.GetUtcNow();
        if (RunLock.FindHolder(run) is { } held)
        {
            return LeaveToOther(began, held);
        }

        var log = new DriverLog(context);
        // Processes end with the job that started them, so a tick that is a job stays as long as it has any.
        var arguments = context.Arguments with { RunId = run.Id.Value, LoopTimeout = IsJob ? null : Interval * WindowShare };
        var driven = context with { Log = log, Arguments = arguments };
        var result = TickCommand.Drive(driven, campaign, looping: false, cancel);
        if (log.FirstError is null && log.Locked is null && !cancel.IsCancellationRequested && HasProcesses())
        {
            result = TickCommand.Drive(driven, campaign, looping: true, cancel);
        }

        if (log.Locked is { } locked)
        {
            return LeaveToOther(began, locked);
        }

        using (var reader = new RunReader(run))
        {
            if (!reader.State.IsEnd())
            {
                WriteTick(reader, began, log.FirstError is { } error ? "failed: " + error : reader.State.ToText());
                return result;
            }
        }

        return EndDriving(result, cancel);
    }

    private bool HasProcesses()
    {
        using var reader = new RunReader(run);
        return !reader.State.IsEnd()
            && reader.State != RunState.Paused
            && context.Wirings.LoadPersisted(run.Path).TryGet(out var wiring, out _)
            && reader
                .ReadLiveAttempts()
                .Select(static attempt => attempt.OperatorKey)
                .Concat(reader.ReadReadyOperatorKeys())
                .Any(key => wiring.Operators.Operators.TryGetValue(key, out var wired) && wired.Backend is Backend.Local);
    }

    private CommandResult LeaveToOther(DateTimeOffset began, Problem held)
    {
        context.Log.Info($"{context.Workspace.Slug}: nothing to do: {held.Message}");
        _files.WriteTick(new DriverTick(began, began + Interval, held.Message, identity), GetEarliest(began, Interval));
        return new CommandResult(true, []);
    }

    private CommandResult EndDriving(CommandResult result, CancellationToken cancel)
    {
        var sent = RequestCommand.SendRequest(context, run, DriverSite.CreateRequest(context, null), cancel);
        _files.DeleteCurrent();
        context.Log.Info($"{context.Workspace.Slug}: run {run.Id} has ended; its driver {identity} removes itself");
        return result with { Success = result.Success && sent.Success };
    }

    private void WriteTick(RunReader reader, DateTimeOffset began, string result)
    {
        var live = reader.ReadLiveAttempts().ToList();
        var counts = reader.CountTasksByState();
        var wirings = context.Wirings.LoadPersisted(run.Path).TryGet(out var wiring, out _) ? wiring.Operators.Operators : null;
        var isWaiting =
            reader.State == RunState.Paused
            || (
                CountTasks(TaskState.Ready) + CountTasks(TaskState.Running) == 0
                && CountTasks(TaskState.WaitingExternal) > 0
                && live.All(attempt => wirings?.GetValueOrDefault(attempt.OperatorKey) is { } wired && WaitsForPeople(wired))
            );
        var interval = isWaiting ? GetSlowInterval(Interval) : Interval;
        var jobs = IsKind(DriverKind.Slurm) ? FindAwaitedJobs(reader, live, wirings, began) : null;
        _files.WriteTick(
            new DriverTick(began, jobs is null ? began + interval : null, result, identity) { Awaited = jobs },
            GetEarliest(began, interval)
        );

        long CountTasks(TaskState state) => counts.GetValueOrDefault(state.ToText());
    }

    private bool IsKind(DriverKind kind) => identity.StartsWith(kind.ToText() + "@", StringComparison.Ordinal);

    private bool WaitsForPeople(OperatorWiring wired) =>
        context.Host.Catalog.FindProvider(wired.Kind)?.GetTraits(wired).WaitsForPeople == true;

    // Null if time alone decides: an attempt has no job yet, or a task waits for a time.
    private string? FindAwaitedJobs(
        RunReader reader,
        IReadOnlyList<AttemptRow> live,
        IReadOnlyDictionary<OperatorKey, OperatorWiring>? wirings,
        DateTimeOffset now
    )
    {
        if (wirings is null || reader.ReadDelayedTasks(now).Count > 0)
        {
            return null;
        }

        var jobs = new List<string>();
        foreach (var attempt in live)
        {
            if (!wirings.TryGetValue(attempt.OperatorKey, out var wired) || wired.Backend is not Backend.Scheduler)
            {
                continue;
            }

            if (attempt.ExternalId is not { Length: > 0 } id || !char.IsAsciiDigit(id[0]))
            {
                return null;
            }

            jobs.Add(id);
        }

        var awaited = string.Join('?', jobs.Take(MaxAwaitedJobs).Select(static id => "afterany:" + id));
        // Jobs that have ended and whose attempts have not, for example on a full disk, would start the next job at once, again and again.
        return jobs.Count == 0 || awaited == _before ? null : awaited;
    }

    private static DateTimeOffset GetEarliest(DateTimeOffset began, TimeSpan interval) =>
        began + interval - (interval / 2 < MaxEarly ? interval / 2 : MaxEarly);
}
