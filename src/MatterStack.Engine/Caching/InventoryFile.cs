namespace MatterStack.Engine.Caching;

/// <summary>A file of a cache.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="Size">Bytes.</param>
/// <param name="UsedAt">Time of last use, UTC. Restoring a result updates it once an hour at most.</param>
internal sealed record InventoryFile(string Path, long Size, DateTime UsedAt);
