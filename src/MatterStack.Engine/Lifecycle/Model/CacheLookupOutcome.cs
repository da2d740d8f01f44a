namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Outcomes of a cache lookup, as the store records them.</summary>
internal static class CacheLookupOutcome
{
    /// <summary>Cache hit.</summary>
    public const string Hit = "known";

    /// <summary>Cache miss.</summary>
    public const string Miss = "unknown";

    /// <summary>The cached result is damaged.</summary>
    public const string Damaged = "damaged";

    /// <summary>No lookup: a person requested that the task is computed again.</summary>
    public const string Forced = "anew";
}
