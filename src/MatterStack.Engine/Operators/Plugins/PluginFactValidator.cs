using System.Text.Json;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Operators.Plugins;

/// <summary>Validates facts that a plug-in reports, so that they can be recorded. A missing value is replaced; an invalid end becomes a
/// problem of the attempt.</summary>
internal static class PluginFactValidator
{
    public static Observation MakeRecordable(Observation fact, AttemptRequest request, string name) =>
        fact switch
        {
            Observation.Started started => started with { ExternalId = EnsureExternalId(started.ExternalId, request) },
            Observation.Submitted queued => queued with
            {
                ExternalId = EnsureExternalId(queued.ExternalId, request),
                Reason = queued.Reason ?? "waits",
            },
            Observation.WaitingExternally handed => handed with { WaitingFor = handed.WaitingFor ?? name },
            Observation.NotStarted none => none with { Reason = none.Reason ?? $"{OperatorCodes.PluginNotUsable}: {name} gives no reason" },
            Observation.Unreachable unknown => unknown with
            {
                Reason = unknown.Reason ?? $"{OperatorCodes.PluginNotUsable}: {name} gives no reason",
            },
            Observation.Blocked { Problem: not { Code: not null, Message: not null, Remedy: not null } } held =>
                new Observation.Unreachable(
                    held.Attempt,
                    held.At,
                    $"{OperatorCodes.PluginNotUsable}: {name} blocks the attempt and gives no reason"
                ),
            Observation.Exited exited => exited with
            {
                End = exited.End is { } ending
                    ? MakeRecordable(ending, name)
                    : new AttemptEnd
                    {
                        Cause = EndCause.Lost,
                        EndedBy = $"{OperatorCodes.PluginNotUsable}: {name} reported an end without an AttemptEnd",
                    },
            },
            _ => fact,
        };

    private static AttemptEnd MakeRecordable(AttemptEnd ending, string name)
    {
        ending = ending with
        {
            Outputs = ending.Outputs ?? [],
            MissingOutputs = ending.MissingOutputs ?? [],
            Cause = ending.Cause is { } cause && Enum.IsDefined(cause) ? cause : null,
            // Its figures are its own, and nobody asks it again.
            Usage = ending.Usage is { } usage ? usage with { Source = UsageSource.Operator } : null,
        };
        var wrong =
            ending.Outputs.Any(o => o is null) ? "an output that is null"
            : ending.Outputs.FirstOrDefault(o =>
                o.Path is null || RelativePath.Normalise(o.Path) != o.Path || o.Hash == default || o.Size < 0
            )
                is { } bad
                ? $"the output '{bad.Path}', which has no path inside work/, no hash or no size"
            : ending.Outputs.DistinctBy(o => o.Path, StringComparer.Ordinal).Count() < ending.Outputs.Count ? "an output more than once"
            : ending.MissingOutputs.Any(o => o is null) ? "a missing output that is null"
            : ending.ResultsJson is { } results && !IsJsonObject(results) ? "results that are not a JSON object"
            : null;
        return wrong is null
            ? ending
            : ending with
            {
                Outputs = [],
                MissingOutputs = [],
                ResultsJson = null,
                CollectionProblem =
                    $"{OperatorCodes.PluginNotUsable}: {name} reported {wrong}; AttemptFiles.CollectOutputs returns an AttemptEnd for the "
                    + $"files in work/",
            };
    }

    private static string EnsureExternalId(string? externalId, AttemptRequest request) =>
        string.IsNullOrEmpty(externalId) ? request.Attempt.Value : externalId;

    private static bool IsJsonObject(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return false;
        }
    }
}
