namespace MatterStack.Engine.Lifecycle.Prediction;

/// <summary>Answer of a lookup.</summary>
/// <param name="IsHit">Whether the result is known.</param>
/// <param name="Details">Origin of the result, or why it is not known.</param>
internal readonly record struct LookupAnswer(bool IsHit, string? Details)
{
    /// <summary>Whether there is a result that cannot be used.</summary>
    public bool IsDamaged { get; init; }

    /// <summary>Whether the task is never looked up: its results are not cached, or the cache is off.</summary>
    public bool IsNotCacheable { get; init; }
}
