using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Runs.Store;

/// <summary>A row of <c>fingerprints</c>. An outcome of a later version is null.</summary>
internal sealed record FingerprintRow(string AttemptId, string Fingerprint, string Parts, CacheLookupOutcome? CacheLookup);
