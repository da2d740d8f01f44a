namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Meaning of a refused submission.</summary>
internal enum RefusalKind
{
    /// <summary>The job is never accepted.</summary>
    Final,

    /// <summary>The queue has capacity for fewer jobs, perhaps for none until some have ended.</summary>
    Full,

    /// <summary>
    /// The job is accepted after a condition has passed that does not depend on the number of jobs: a controller restart, a closed queue, a
    /// reservation that has not started.
    /// </summary>
    Temporary,

    /// <summary>The array has too many members.</summary>
    ArrayTooLarge,

    /// <summary>The answer was lost; it is unknown whether the job was accepted.</summary>
    AnswerLost,

    /// <summary>The job was refused while it excluded nodes: it is tried again at once without that.</summary>
    WithExclusion,

    /// <summary>The message is ambiguous or unknown: the submission is tried again for a while.</summary>
    Ambiguous,
}
