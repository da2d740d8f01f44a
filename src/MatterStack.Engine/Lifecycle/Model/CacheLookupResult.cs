namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Outcome of a cache lookup.</summary>
/// <param name="Lookup">The lookup.</param>
/// <param name="IsHit">Whether the cache has the result.</param>
internal sealed record CacheLookupResult(CacheLookup Lookup, bool IsHit)
{
    /// <summary>Fingerprint to record with the new attempt of a cache hit; null if the attempt has one, or if there is no hit.</summary>
    public FingerprintRecord? Fingerprint { get; init; }

    /// <summary>Whether the entry of the cache is damaged.</summary>
    public bool IsDamaged { get; init; }
}
