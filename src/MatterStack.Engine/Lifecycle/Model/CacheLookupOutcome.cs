namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Outcome of a cache lookup.</summary>
internal enum CacheLookupOutcome
{
    /// <summary>Cache miss.</summary>
    Miss,

    /// <summary>Cache hit.</summary>
    Hit,

    /// <summary>The cached result is damaged.</summary>
    Damaged,

    /// <summary>No lookup: a person requested that the task is computed again.</summary>
    Forced,
}
