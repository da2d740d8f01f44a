namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Result of an accounting query.</summary>
internal abstract record AccountingResult
{
    private AccountingResult() { }

    /// <summary>All matching jobs of the accounting.</summary>
    public sealed record Rows(IReadOnlyList<JobRow> Jobs) : AccountingResult;

    /// <summary>The cluster has no accounting.</summary>
    public sealed record NotAvailable : AccountingResult;

    /// <summary>The accounting did not answer.</summary>
    public sealed record NoAnswer(string Reason) : AccountingResult;
}
