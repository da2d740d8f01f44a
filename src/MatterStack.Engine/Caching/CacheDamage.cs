namespace MatterStack.Engine.Caching;

/// <summary>Why a cached result cannot be used.</summary>
/// <param name="File">Affected file of the cache.</param>
/// <param name="Reason">What is wrong with it.</param>
internal sealed record CacheDamage(string File, string Reason)
{
    /// <summary>Whether a blob exists and is damaged; otherwise a blob is missing or the entry is damaged.</summary>
    public bool IsBlob { get; init; }

    /// <summary>Whether this user may not read the file. The file may be intact.</summary>
    public bool IsDenied { get; init; }

    /// <summary>Whether another process has just pruned the entry, which is no damage.</summary>
    public bool IsPruned { get; init; }
}
