namespace MatterStack.Engine.Operators.Exchange;

/// <summary>What was found where an answer is expected.</summary>
internal abstract record Answer
{
    private Answer()
    {
    }

    /// <summary>Nothing yet.</summary>
    public sealed record None : Answer;

    /// <summary>Something that is no answer (yet): the attempt goes on waiting.</summary>
    /// <param name="Why">What is wrong, and what would be right.</param>
    /// <param name="WrittenAt">When the file was last written (UTC): what is being written is not complained about.</param>
    public sealed record NotValid(string Why, DateTimeOffset WrittenAt) : Answer;

    /// <summary>An answer.</summary>
    public sealed record Given : Answer
    {
        /// <summary>Whether it was done.</summary>
        public required bool Done { get; init; }

        /// <summary>Why not; null where it was done.</summary>
        public string? Error { get; init; }

        /// <summary>Results: a JSON object, or null.</summary>
        public string? DataJson { get; init; }

        /// <summary>Files in <c>work/</c> that belong to the answer, besides the declared outputs.</summary>
        public IReadOnlyList<string> Files { get; init; } = [];

        /// <summary>Who answered, as far as known.</summary>
        public string? By { get; init; }

        /// <summary>The answer in a line, for the record.</summary>
        public required string Line { get; init; }

        /// <summary>When it was written (UTC): what comes after the time limit is late.</summary>
        public required DateTimeOffset WrittenAt { get; init; }
    }
}
