using MatterStack.Engine.Operators.Exchange;

namespace MatterStack.Engine.Operators.Experiment.Api;

/// <summary>Result of one request to an instrument.</summary>
internal abstract record InstrumentStepResult
{
    private InstrumentStepResult() { }

    /// <summary>Another request follows.</summary>
    /// <param name="Step">The request.</param>
    /// <param name="IsImmediate">Whether it follows at once, or after the poll interval.</param>
    /// <param name="StatusText">New status text; null if it has not changed.</param>
    public sealed record NextStep(InstrumentStep Step, bool IsImmediate, string? StatusText) : InstrumentStepResult;

    /// <summary>There was no usable reply. The same request is sent again later.</summary>
    public sealed record Retry(string Reason, TimeSpan? RetryAfter = null) : InstrumentStepResult;

    /// <summary>The final status. No further request follows.</summary>
    public sealed record FinalStatus(TransportStatus Status) : InstrumentStepResult;
}
