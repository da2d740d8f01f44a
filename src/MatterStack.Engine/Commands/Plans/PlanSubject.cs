using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Conducting;
using MatterStack.Engine.Runs.Prediction;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Resolving;

namespace MatterStack.Engine.Commands.Plans;

/// <summary>What a plan is about: a run and its wiring, with the sentences that introduce them.</summary>
/// <param name="Run">The run.</param>
/// <param name="Wiring">Its wiring.</param>
/// <param name="State">Its state; null if the run does not exist.</param>
/// <param name="Notes">Sentences about the run: what the next loop does with it.</param>
internal sealed record PlanSubject(PredictedRun Run, RunWiring Wiring, RunState? State, IReadOnlyList<string> Notes) : IDisposable
{
    /// <summary>Chooses the run as <c>Loop</c> does, and reads it.</summary>
    /// <param name="context">Workspace, arguments and log.</param>
    /// <param name="source">Reads the campaign as the project declares it now.</param>
    /// <param name="cancel">Stops waiting for the campaign class.</param>
    public static Result<PlanSubject> Choose(CommandContext context, Lazy<CampaignSource> source, CancellationToken cancel)
    {
        var definition = new Lazy<Result<CampaignDefinition>>(() =>
            source.Value.ReadDefinition(context.Workspace.CampaignFolders, context.Host.Campaigns)
        );
        var existing = context.Arguments is { NewRun: true, RunId: null }
            ? null
            : DrivenRun.FindExisting(context, looping: true, definition, RunReader.OpenTraceless);
        return existing is null ? CreateRun(context, source.Value, definition.Value, cancel)
            : existing.TryGet(out var run, out var problems) ? OpenRun(context, run, definition)
            : Result<PlanSubject>.Fail(problems);
    }

    public void Dispose() => Run.Dispose();

    private static Result<PlanSubject> CreateRun(
        CommandContext context,
        CampaignSource source,
        Result<CampaignDefinition> declared,
        CancellationToken cancel
    )
    {
        if (!declared.TryGet(out var definition, out var problems))
        {
            return Result<PlanSubject>.Fail(problems);
        }

        context.ReportProblems(declared.Problems);
        var project = source.CreateProject(context.Workspace.CampaignFolders) with { Listener = context.Listener };
        if (!definition.AddFirstPlan(project, context.Host.Campaigns, cancel).TryGet(out var whole, out problems))
        {
            return Result<PlanSubject>.Fail(problems);
        }

        if (!context.Wirings.ResolveWithoutRun(context.CreateWiringRequest()).TryGet(out var wiring, out problems))
        {
            return Result<PlanSubject>.Fail(problems);
        }

        context.ReportProblems(wiring.Warnings);
        var routing = RoutingCheck.CheckTasks(
            context.Host.Catalog,
            whole.Tasks.Select(t => t.Task),
            wiring.Operators,
            WiringText.GetName(wiring)
        );
        if (routing.Count > 0)
        {
            return Result<PlanSubject>.Fail(routing);
        }

        var last = context.Runs.ListRuns() is [.., var newest] ? newest.Id.Value : null;
        return new PlanSubject(
            PredictedRun.FromDefinition(whole),
            wiring,
            null,
            [
                last is null ? "no run yet: the next Loop begins one"
                : context.Arguments.NewRun ? "a new run"
                : $"the campaign has changed since run {last} ended: the next Loop begins a new run",
                .. DescribeIteration(whole.Class is { AnalyzesResults: true } ? 0 : null),
            ]
        );
    }

    private static Result<PlanSubject> OpenRun(CommandContext context, RunFolder run, Lazy<Result<CampaignDefinition>> definition)
    {
        var reader = RunReader.OpenCopy(run);
        try
        {
            if (!FindWiring(context, run).TryGet(out var wiring, out var problems))
            {
                reader.Dispose();
                return Result<PlanSubject>.Fail(problems);
            }

            var predicted = PredictedRun.FromStore(reader);
            return new PlanSubject(
                predicted,
                wiring,
                reader.State,
                [.. DescribeState(context, reader, predicted.Model), .. DescribeDeclaration(context, reader, definition)]
            );
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    // A run without a wiring gets one from its next command.
    private static Result<RunWiring> FindWiring(CommandContext context, RunFolder run)
    {
        var persisted = context.Wirings.LoadPersisted(run.Path);
        return persisted.IsSuccess || persisted.Problems.All(static p => p.Code != WiringCodes.NotWired)
            ? persisted
            : context.Wirings.ResolveWithoutRun(context.CreateWiringRequest());
    }

    private static IEnumerable<string> DescribeState(CommandContext context, RunReader reader, RunModel model)
    {
        var row = reader.RunRow;
        var title = $"run {row.RunId} is {row.State.ToText()}";
        yield return row.State switch
        {
            RunState.Completed => $"{title}: the next Loop does nothing; NewRun=true plans a new run",
            RunState.Failed or RunState.Cancelled => $"{title}: the next Loop does nothing; Revive or NewRun=true goes on",
            RunState.Paused => $"{title}{(row.Reason is { } why ? $" ({why})" : "")}: nothing starts before Resume; this follows then",
            _ => title,
        };
        if (row.State.IsEnd())
        {
            yield break;
        }

        if (model.CancelRequest is not null)
        {
            yield return "it is being cancelled: nothing more starts";
        }

        if (row.State != RunState.Paused && FailureBrake.FindReason(model, context.Workspace.MaxFailures) is { } brake)
        {
            yield return $"the next Loop pauses it first: {brake}";
        }

        if (reader.ReadQueuedRequests().Count is > 0 and var requests)
        {
            yield return $"{CountText.FormatCount(requests, "request waits", "requests wait")} for it and may change this plan";
        }

        foreach (var note in DescribeIteration(model.Iteration))
        {
            yield return note;
        }
    }

    private static IEnumerable<string> DescribeIteration(int? iteration) =>
        iteration is { } number ? [FormattableString.Invariant($"what follows iteration {number} is not known until it has ended")] : [];

    private static IEnumerable<string> DescribeDeclaration(
        CommandContext context,
        RunReader reader,
        Lazy<Result<CampaignDefinition>> definition
    )
    {
        if (reader.State.IsEnd())
        {
            yield break;
        }

        if (!definition.Value.TryGet(out var declared, out var problems))
        {
            context.ReportProblems(problems.Select(static p => p.AsWarning()));
        }
        else if (declared.Hash != reader.RunRow.DefinitionSha256)
        {
            yield return "the campaign has changed since the run was made, and the run goes on as it was; NewRun=true plans a new run";
        }
    }
}
