using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Resolving;

namespace MatterStack.Engine.Runs.Prediction;

/// <summary>Tells what the next attempts of predicted tasks would request, and shows their scripts. It contacts no operator.</summary>
/// <param name="run">The run.</param>
/// <param name="limits">Limits of the wiring.</param>
/// <param name="wiring">The wiring in force.</param>
/// <param name="catalog">The known kinds of operators.</param>
internal sealed class AttemptForecast(PredictedRun run, WiringLimits limits, RunWiring wiring, OperatorCatalog catalog)
{
    // Ids that no run and no attempt has.
    private static readonly RunId SampleRun = RunId.FromTrusted("00000000_000000_00000000");
    private static readonly AttemptId SampleAttempt = AttemptId.FromTrusted("00000000_000000_00000000");

    private readonly Dictionary<AttemptShape, AttemptPreview?> _previews = [];

    /// <summary>Returns what the next attempt of a task requests; null if no attempt can start on its operator.</summary>
    public AttemptShape? FindShape(TaskNode task)
    {
        if (
            !wiring.Operators.Operators.TryGetValue(run.Model.Keys[task.KeyIndex], out var wired)
            || catalog.FindProvider(wired.Kind) is not { } provider
        )
        {
            return null;
        }

        var request = ResourceRequest.Compute(
            task.Policy ?? TaskPolicy.Default,
            task.History ?? TaskHistory.None,
            limits.Keys[task.KeyIndex].Requests
        );
        var shape = provider.GetShape(wired, run.ReadTask(task).Task);
        return new AttemptShape(
            task.KeyIndex,
            shape with
            {
                MemoryGb = request.Given?.MemoryGb ?? shape.MemoryGb,
            },
            request.TimeLimitMinutes
        );
    }

    /// <summary>Returns the script of an attempt; null if its operator starts no script. Attempts of one shape share the first
    /// one.</summary>
    public AttemptPreview? FindPreview(AttemptShape shape, TaskNode task)
    {
        if (!_previews.TryGetValue(shape, out var preview))
        {
            preview = CreatePreview(task);
            _previews.Add(shape, preview);
        }

        return preview;
    }

    private AttemptPreview? CreatePreview(TaskNode task)
    {
        var key = run.Model.Keys[task.KeyIndex];
        var wired = wiring.Operators.Operators[key];
        var request = ResourceRequest.Compute(
            task.Policy ?? TaskPolicy.Default,
            task.History ?? TaskHistory.None,
            limits.Keys[task.KeyIndex].Requests
        );
        try
        {
            return catalog
                .FindProvider(wired.Kind)!
                .PreviewAttempt(
                    wired,
                    new AttemptRequest
                    {
                        Run = run.Folder?.Id ?? SampleRun,
                        Attempt = SampleAttempt,
                        Index = task.AttemptCount + 1,
                        Key = key,
                        TaskId = task.Id,
                        Definition = TaskJson.Write(run.ReadTask(task)),
                        WiringHash = wiring.Hash,
                        RunFolder = run.Folder?.Path ?? Path.GetTempPath(),
                        ProgramPath = run.ProgramPath,
                        PreviousCause = task.History?.LastCause,
                        Given = request.Given,
                    }
                );
        }
        catch (Exception e) when (e is ProblemException || DiskErrors.IsAccessError(e))
        {
            // The check of the routing reports it.
            return null;
        }
    }
}
