namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Origin of a result that was restored from the cache.</summary>
/// <param name="CachedFrom">Run, attempt and fingerprint, separated by <c>/</c>.</param>
/// <param name="Origin">Record of the attempt that computed the result, a JSON object.</param>
/// <param name="Description">Description of the origin for people.</param>
internal sealed record CachedResult(string CachedFrom, string Origin, string Description);
