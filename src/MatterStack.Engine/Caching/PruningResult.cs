namespace MatterStack.Engine.Caching;

/// <summary>Result of pruning.</summary>
/// <param name="Entries">Number of deleted results.</param>
/// <param name="Files">Number of deleted files, including unreferenced blobs.</param>
/// <param name="Bytes">Size of the deleted entries and files, in bytes.</param>
/// <param name="Remaining">Content of the cache after pruning.</param>
internal sealed record PruningResult(int Entries, int Files, long Bytes, CacheInventory Remaining);
