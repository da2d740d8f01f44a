namespace MatterStack.Engine.Operators.Exchange;

/// <summary>Result of reading an answer.</summary>
internal abstract record ExchangeAnswer
{
    private ExchangeAnswer() { }

    /// <summary>There is no answer yet.</summary>
    public sealed record None : ExchangeAnswer;

    /// <summary>The file is not a valid answer (yet): the attempt keeps waiting.</summary>
    /// <param name="Reason">The fault, and how to fix it.</param>
    /// <param name="WrittenAt">When the file was last written (UTC). The fault of a recent file is not reported, because it may be
    /// incomplete.</param>
    public sealed record Invalid(string Reason, DateTimeOffset WrittenAt) : ExchangeAnswer;

    /// <summary>A valid answer.</summary>
    public sealed record Valid : ExchangeAnswer
    {
        /// <summary>Whether the task was completed.</summary>
        public required bool IsCompleted { get; init; }

        /// <summary>Why the task failed; null if it was completed.</summary>
        public string? Error { get; init; }

        /// <summary>Results as a JSON object; null if there are none.</summary>
        public string? DataJson { get; init; }

        /// <summary>Files in <c>work/</c> that belong to the answer, in addition to the declared outputs.</summary>
        public IReadOnlyList<string> Files { get; init; } = [];

        /// <summary>Name of the person or program that answered; null if unknown.</summary>
        public string? AnsweredBy { get; init; }

        /// <summary>The answer in one line, for the record.</summary>
        public required string Summary { get; init; }

        /// <summary>When the answer was written (UTC). An answer after the time limit is too late.</summary>
        public required DateTimeOffset WrittenAt { get; init; }
    }
}
