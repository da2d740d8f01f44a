namespace MatterStack.Engine.Lifecycle;

/// <summary>What is recorded of an attempt's fingerprint.</summary>
/// <param name="Sha256">The fingerprint.</param>
/// <param name="Parts">What it is the hash of: a line for each part, hash and name.</param>
/// <param name="LookedUp">What came of asking the cache for it; see <see cref="CacheWords"/>.</param>
internal sealed record FingerprintRecord(string Sha256, string Parts, string LookedUp);

/// <summary>What comes of asking the cache for a result.</summary>
internal static class CacheWords
{
    /// <summary>It has one.</summary>
    public const string Known = "known";

    /// <summary>It has none.</summary>
    public const string Unknown = "unknown";

    /// <summary>It has one that cannot be used.</summary>
    public const string Damaged = "damaged";

    /// <summary>It was not asked: a person wants the task computed again.</summary>
    public const string Anew = "anew";
}

/// <summary>Where a result that nobody computed here came from.</summary>
/// <param name="CachedFrom">Run, attempt and fingerprint, separated by <c>/</c>.</param>
/// <param name="Origin">All that is known of that attempt, a JSON object.</param>
/// <param name="Told">The same in a person's words.</param>
internal sealed record CachedResult(string CachedFrom, string Origin, string Told);
