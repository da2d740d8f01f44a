namespace MatterStack.Engine.Runs.Store;

/// <summary>A row of <c>fingerprints</c>.</summary>
internal sealed record FingerprintRow(string AttemptId, string Fingerprint, string Parts, string CacheLookup);
