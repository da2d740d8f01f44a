namespace MatterStack.Engine.Caching;

/// <summary>A result of a cache.</summary>
/// <param name="File">Its file.</param>
/// <param name="Entry">Its content.</param>
internal sealed record InventoryEntry(InventoryFile File, CacheEntry Entry);
