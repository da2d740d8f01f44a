namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Result of a submission.</summary>
internal abstract record SubmitResult
{
    private SubmitResult() { }

    /// <summary>The job is in the queue.</summary>
    public sealed record Accepted(string JobId) : SubmitResult;

    /// <summary>The job is not in the queue.</summary>
    /// <param name="Reason">Message of the scheduler.</param>
    /// <param name="Kind">Meaning of the message.</param>
    public sealed record Refused(string Reason, RefusalKind Kind) : SubmitResult;

    /// <summary>It is unknown whether the job is in the queue.</summary>
    /// <param name="Reason">The known details.</param>
    /// <param name="IsAmbiguous">Whether the answer has unknown text: then the number of tries is limited.</param>
    public sealed record Unclear(string Reason, bool IsAmbiguous = false) : SubmitResult;
}
