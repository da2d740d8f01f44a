namespace MatterStack.Engine.Lifecycle;

/// <summary>Fingerprint of an attempt as the store records it.</summary>
/// <param name="Sha256">The fingerprint.</param>
/// <param name="Parts">Text that the fingerprint is the hash of: one line for each part, with its hash and name.</param>
/// <param name="LookedUp">Outcome of the cache lookup, one of <see cref="CacheWords"/>.</param>
internal sealed record FingerprintRecord(string Sha256, string Parts, string LookedUp);

/// <summary>Outcomes of a cache lookup, as the store records them.</summary>
internal static class CacheWords
{
    /// <summary>Cache hit.</summary>
    public const string Known = "known";

    /// <summary>Cache miss.</summary>
    public const string Unknown = "unknown";

    /// <summary>The cached result is damaged.</summary>
    public const string Damaged = "damaged";

    /// <summary>No lookup: a person requested that the task is computed again.</summary>
    public const string Anew = "anew";
}

/// <summary>Origin of a result that was restored from the cache.</summary>
/// <param name="CachedFrom">Run, attempt and fingerprint, separated by <c>/</c>.</param>
/// <param name="Origin">Record of the attempt that computed the result, a JSON object.</param>
/// <param name="Told">Description of the origin for people.</param>
internal sealed record CachedResult(string CachedFrom, string Origin, string Told);
