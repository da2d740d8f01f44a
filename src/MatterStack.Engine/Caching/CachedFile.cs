using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Caching;

/// <summary>A file of a cached result.</summary>
/// <param name="Path">Relative to its folder, forward slashes.</param>
/// <param name="Hash">Hash of its content; the cache stores it under this hash.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Mode">Unix permissions; 0 if the system has none.</param>
/// <param name="IsDeclared">Whether it is an output that its task declares; otherwise it is <c>results.json</c>.</param>
internal sealed record CachedFile(string Path, Sha256 Hash, long Size, int Mode, bool IsDeclared);
