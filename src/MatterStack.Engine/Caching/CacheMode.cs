namespace MatterStack.Engine.Caching;

/// <summary>Permitted use of the cache.</summary>
internal enum CacheMode
{
    /// <summary>Results are restored and published.</summary>
    ReadWrite,

    /// <summary>Results are restored; the cache is not changed.</summary>
    Read,

    /// <summary>The cache is not used.</summary>
    Off,
}
