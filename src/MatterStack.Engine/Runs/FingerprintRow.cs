using MatterStack.Engine.Caching;

namespace MatterStack.Engine.Runs;

/// <summary>A row of <c>fingerprints</c>.</summary>
internal sealed record FingerprintRow(string AttemptId, string Fingerprint, string Parts, string CacheLookup);
