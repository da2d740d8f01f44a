namespace MatterStack.Engine.Lifecycle;

/// <summary>Fingerprint of an attempt as the store records it.</summary>
/// <param name="Sha256">The fingerprint.</param>
/// <param name="Parts">Text that the fingerprint is the hash of: one line for each part, with its hash and name.</param>
/// <param name="CacheLookup">Outcome of the cache lookup, one of <see cref="CacheLookupOutcome"/>.</param>
internal sealed record FingerprintRecord(string Sha256, string Parts, string CacheLookup);

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

/// <summary>Origin of a result that was restored from the cache.</summary>
/// <param name="CachedFrom">Run, attempt and fingerprint, separated by <c>/</c>.</param>
/// <param name="Origin">Record of the attempt that computed the result, a JSON object.</param>
/// <param name="Description">Description of the origin for people.</param>
internal sealed record CachedResult(string CachedFrom, string Origin, string Description);
