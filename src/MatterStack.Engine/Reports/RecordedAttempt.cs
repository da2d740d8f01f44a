using MatterStack.Engine.Files;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Reports;

/// <summary>A recorded attempt with its outputs, and the answer of a person or instrument that ended it, or null.</summary>
internal sealed record RecordedAttempt(AttemptRow Row, IReadOnlyList<OutputRow> Outputs, EventRow? Answer)
{
    public bool HasEnded => Row.EndedAt is not null;

    /// <summary>Fault of its results as JSON; null if valid. Earlier versions accepted results that are not valid JSON.</summary>
    public JsonFault? ResultsFault => Row.Results is null ? null : OutsideJson.FindFault(Row.Results, JsonRule.Results);
}
