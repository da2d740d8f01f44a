using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Commands.Reporting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Processes;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Iterations;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands;

/// <summary><c>Step</c> and <c>Loop</c>: drives the current run, or creates one if there is none to drive.</summary>
internal sealed class TickCommand
{
    // Tasks. A smaller declaration takes a few megabytes.
    private const int LargeCampaign = 10_000;

    private readonly CommandContext _context;
    private readonly bool _looping;
    private readonly bool _isDriven;
    private Lazy<CampaignSource> _source;
    private Lazy<Result<CampaignDefinition>> _definition;

    // A command that finds an ended run needs no campaign.
    private TickCommand(CommandContext context, Func<CampaignSource> source, bool looping, bool isDriven = false)
    {
        (_context, _looping, _isDriven, _source) = (context, looping, isDriven, new(source));
        _definition = new(() =>
            Source.ReadDefinition(context.Workspace.CampaignFolders, context.Host.Campaigns, context.Host.Clock.GetUtcNow())
        );
    }

    private CampaignSource Source => _source.Value;

    /// <summary>Runs one tick.</summary>
    /// <param name="context">Workspace, arguments and log.</param>
    /// <param name="source">Reads the campaign as the project declares it now; called only if the campaign is needed.</param>
    /// <param name="cancel">Stops waiting for a campaign class.</param>
    public static CommandResult Step(CommandContext context, Func<CampaignSource> source, CancellationToken cancel) =>
        context.RunGuarded(() => new TickCommand(context, source, looping: false).Execute(cancel));

    /// <summary>Runs ticks until the run has ended, or until only people can move it on.</summary>
    /// <param name="context">Workspace, arguments and log.</param>
    /// <param name="source">Reads the campaign as the project declares it now; called only if the campaign is needed.</param>
    /// <param name="cancel">Stops the loop; work that was started continues.</param>
    public static CommandResult Loop(CommandContext context, Func<CampaignSource> source, CancellationToken cancel) =>
        context.RunGuarded(() => new TickCommand(context, source, looping: true).Execute(cancel));

    /// <summary>Runs one tick of the run that the arguments name, for a driver. Nothing is compared with the declaration: the project may
    /// just be edited, and need not compile.</summary>
    /// <param name="context">Workspace, arguments and log.</param>
    /// <param name="source">Reads the files of the project; its tasks are not needed.</param>
    /// <param name="looping">Whether ticks follow until <c>LoopTimeout</c>, which is no error then.</param>
    /// <param name="cancel">Stops waiting for a campaign class.</param>
    public static CommandResult Drive(CommandContext context, Func<CampaignSource> source, bool looping, CancellationToken cancel) =>
        context.RunGuarded(() => new TickCommand(context, source, looping, isDriven: true).Execute(cancel));

    /// <inheritdoc cref="Step(CommandContext, Func{CampaignSource}, CancellationToken)" />
    public static CommandResult Step(CommandContext context, CampaignSource source, CancellationToken cancel = default) =>
        Step(context, () => source, cancel);

    /// <inheritdoc cref="Loop(CommandContext, Func{CampaignSource}, CancellationToken)" />
    public static CommandResult Loop(CommandContext context, CampaignSource source, CancellationToken cancel) =>
        Loop(context, () => source, cancel);

    private CommandResult Execute(CancellationToken cancel)
    {
        if (!ChooseRun(cancel).TryGet(out var run, out var problems))
        {
            return _context.ReportFailure(problems);
        }

        // Before anything is written.
        if (!SelectedTasks.FindForTick(_context, run).TryGet(out var selection, out problems))
        {
            return _context.ReportFailure(problems);
        }

        if (!RunSession.Open(_context, run, ReportCommand.LivePages, onlyHooksIfEnded: true).TryGet(out var session, out problems))
        {
            return _context.ReportFailure(problems);
        }

        using (session)
        {
            session.SelectTasks(selection);
            return DriveRun(run, session, cancel);
        }
    }

    // The run to drive: the named run, the newest run, or a new run.
    private Result<RunFolder> ChooseRun(CancellationToken cancel)
    {
        if (_looping && _context.Arguments is { NewRun: true, RunId: null })
        {
            return CreateRun(cancel);
        }

        if (FindExistingRun() is { } found)
        {
            return found;
        }

        if (!_definition.Value.TryGet(out var declared, out var problems))
        {
            return Result<RunFolder>.Fail(problems);
        }

        // A class has not planned yet.
        if (declared.Class is null && SelectedTasks.CheckDeclared(_context.Arguments.Select, declared) is { Count: > 0 } unmatched)
        {
            return Result<RunFolder>.Fail(unmatched);
        }

        // Of two commands that start together, one creates the run and the other finds it.
        using var gate = _context.Runs.WaitForCreationLock(_context.Host.Disk, cancel);
        if (FindExistingRun() is { } made)
        {
            return made;
        }

        if (_context.Runs.ListRuns() is [.., var ended])
        {
            _context.Log.Info($"{_context.Workspace.Slug}: the campaign has changed since run {ended.Id} ended; a new run begins");
        }

        return CreateRun(cancel);
    }

    private Result<RunFolder>? FindExistingRun() =>
        DrivenRun.FindExisting(_context, _looping, _definition, static run => new RunReader(run));

    private Result<RunFolder> CreateRun(CancellationToken cancel) =>
        _definition.Value.TryGet(out var definition, out var problems)
            ? InitCommand.CreateRun(_context, Source, definition, problems, cancel)
            : Result<RunFolder>.Fail(problems);

    private CommandResult DriveRun(RunFolder run, RunSession session, CancellationToken cancel)
    {
        if (session.State.IsEnd())
        {
            session.DeliverPendingHooks();
            session.CompleteUsage(cancel);
            return PublishAndReport(run, session, session.State);
        }

        if (!_isDriven)
        {
            ReportChangedDefinition(run, session.Store);
        }

        if (_context.Log.HasWarningAsError)
        {
            return _context.ReportFailure([InitCommand.WarningsAreErrors]);
        }

        var project = Source.CreateProject(_context.Workspace.CampaignFolders) with { Listener = _context.Listener };
        ReleaseDeclaration();
        var progress = new ProgressReporter(_context.Workspace.Slug, run, _context.Log, _context.IsExternalWork, _context.Host.Clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var clock = _context.Arguments.LoopTimeout is { } timeout
            ? new LongTimer(_context.Host.Clock, timeout, limit.Cancel, Background.IgnoreException)
            : null;

        var model = session.DriveRun(
            _looping,
            progress,
            project,
            conductor =>
            {
                if (_looping)
                {
                    conductor.Loop(_context.Arguments.Wait, limit.Token);
                }
                else
                {
                    conductor.Step(limit.Token);
                }
            },
            limit.Token
        );

        progress.ReportSummary(model);
        if (cancel.IsCancellationRequested && !model.State.IsEnd())
        {
            _context.Log.Info(
                $"{_context.Workspace.Slug}: stopped; work that was started continues, and the next Step or Loop collects it"
            );
            return new CommandResult(false, [RunReportItem.Create(_context, run)]);
        }

        if (limit.IsCancellationRequested && !model.State.IsEnd() && !_isDriven)
        {
            _context.Log.Report(
                Problem.Create(RunCodes.LoopTimeout, $"Run {run.Id} has not ended within {_context.Arguments.LoopTimeout}")
            );
            return new CommandResult(false, [RunReportItem.Create(_context, run)]);
        }

        return PublishAndReport(run, session, model.State, model);
    }

    // The end of the run is recorded. A run that cannot publish is completed, and the command is not.
    private CommandResult PublishAndReport(RunFolder run, RunSession session, RunState state, RunModel? model = null)
    {
        var isPublished = state != RunState.Completed || RunPublishing.PublishRun(_context, session.Store);
        var outcome = ReportOutcome(run, state, model);
        return isPublished ? outcome : outcome with { Success = false };
    }

    // The store has the declaration now. A loop can take days and makes too little garbage for a full collection, so without this one
    // the memory of a large declaration would be held until the loop ends.
    private void ReleaseDeclaration()
    {
        var isLarge = _looping && _definition.IsValueCreated && Source.Tasks.Count >= LargeCampaign;
        (_definition, _source) = (null!, null!);
        if (isLarge)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        }
    }

    // The run continues with the definition that it was created with; the change is reported once.
    private void ReportChangedDefinition(RunFolder run, RunStore store)
    {
        var clock = _context.Host.Clock;
        var staged = ReadStagedFiles(run);
        if (
            store.Checkpoint is { } known
            && Source.RenewCheckpoint(known, _context.Workspace.CampaignFolders, staged, clock.GetUtcNow()) is { } still
        )
        {
            if (still != known)
            {
                store.SaveCheckpoint(still);
            }

            return;
        }

        if (!_definition.Value.TryGet(out var now, out var problems))
        {
            _context.ReportProblems(problems.Select(p => p.AsWarning()));
            return;
        }

        var mark = now.Checkpoint?.AddStagedFiles(staged, _context.Workspace.Folder);
        var files = now.Hash.Hex == store.DefinitionHash ? FindChangedFiles(now, staged) : [];
        var found = files.Count == 0 ? now.Hash.Hex : Sha256.ComputeTextHash(now.Hash.Hex + string.Join('\n', files)).Hex;
        if (found != store.DefinitionHash && found != store.ReportedDefinitionHash)
        {
            var changed = (
                files.Count == 0
                    ? Problem.Create(
                        RunCodes.DefinitionChanged,
                        $"The campaign has changed since run {run.Id} was made; the run goes on as it was"
                    )
                    : new Problem(
                        RunCodes.DefinitionChanged,
                        $"Files that the campaign stages have changed since run {run.Id} took them: {string.Join(", ", files.Take(5))}",
                        "Tasks planned before get the old files, tasks planned from now on get the new ones. "
                            + "-t:Loop -p:NewRun=true starts a new run."
                    )
            ).AsWarning();
            _context.Log.Report(changed);
            // If the warning counts as an error, the command stops, and the next command must report it again.
            if (!_context.Log.TreatsAsError(changed))
            {
                store.RecordDefinitionChange(found, mark, clock.GetUtcNow());
            }
        }
        else if (mark is not null)
        {
            store.SaveCheckpoint(mark);
        }
    }

    // Files that a campaign class stages are not part of the declaration. Without an assembly there is no class.
    private IReadOnlyList<(string Source, Sha256 Content)> ReadStagedFiles(RunFolder run) =>
        Source.Assembly is null ? [] : StagedFileCheck.ReadStagedFiles(run);

    private IReadOnlyList<string> FindChangedFiles(CampaignDefinition definition, IReadOnlyList<(string Source, Sha256 Content)> staged) =>
        DrivenRun.FindChangedFiles(_context, definition, staged);

    // A request to end that could not be delivered is an error, whatever else succeeded.
    private CommandResult ReportOpenEnds(RunFolder run, IReadOnlyList<EndRow> ends, ReportItem item)
    {
        if (RequestedEndText.DescribeRun(ends) is { } words)
        {
            _context.Log.Info($"{_context.Workspace.Slug}: run {run.Id} {words}");
        }

        if (EndRequestText.DescribeDelivered(ends) is { Length: > 0 } told)
        {
            _context.Log.Info($"{_context.Workspace.Slug}: run {run.Id}: {told[2..]}");
        }

        var untold = EndRequestText.FindUndelivered(run, ends);
        if (untold is not null)
        {
            _context.Log.Report(untold);
        }

        return new CommandResult(untold is null, [item]);
    }

    private CommandResult ReportOutcome(RunFolder run, RunState state, RunModel? model = null)
    {
        using var reader = new RunReader(run);
        var item = RunReportItem.Create(_context, reader, model);
        var slug = _context.Workspace.Slug;
        if (!state.IsEnd() && reader.ReadOpenEnds() is { Count: > 0 } ends)
        {
            return ReportOpenEnds(run, ends, item);
        }

        switch (state)
        {
            case RunState.Completed:
                _context.Log.Info($"{slug}: run {run.Id} is COMPLETED; nothing is left to do");
                return new CommandResult(true, [item]);
            case RunState.Failed:
                FailureReport.ReportFailures(_context, reader);
                return new CommandResult(false, [item]);
            case RunState.Cancelled:
                _context.Log.Report(
                    Problem.Create(
                        RunCodes.RunCancelled,
                        $"Run {run.Id} was cancelled{(reader.RunRow.Reason is { } why ? ": " + why : "")}"
                    )
                );
                return new CommandResult(false, [item]);
            case RunState.Paused:
                _context.Log.Info(
                    $"{slug}: run {run.Id} is PAUSED{(reader.RunRow.Reason is { } paused ? $" ({paused})" : "")}; -t:Resume lets it go on"
                );
                return new CommandResult(true, [item]);
            case RunState.Pending or RunState.Running when model is { HasSelectionEnded: true }:
                return new CommandResult(SelectionReport.ReportEnd(_context, reader, model), [item]);
            case RunState.Pending or RunState.Running:
                foreach (
                    var blocking in ExplainCommand
                        .FindBlocking(_context, reader, 10, withCapacity: _looping)
                        .Where(task => _looping ? task.State != TaskState.Pending : task.State == TaskState.WaitingExternal)
                )
                {
                    _context.Log.Info($"  {slug}: {blocking.Id} {blocking.Reason}");
                    if (blocking.Held is { } held)
                    {
                        HeldTaskReport.Write(_context, reader, held);
                    }
                    else if (blocking is { State: TaskState.WaitingExternal, Remedy: { } remedy })
                    {
                        _context.Log.Info($"    {slug}: answer: {remedy}");
                    }
                }

                return new CommandResult(true, [item]);
            default:
                throw new InvalidOperationException($"No rule for {state}");
        }
    }
}
