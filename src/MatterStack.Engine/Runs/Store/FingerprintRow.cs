using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Runs.Store;

/// <summary>A row of <c>fingerprints</c>. An outcome of a later version is null.</summary>
internal sealed record FingerprintRow(AttemptId AttemptId, Sha256 Fingerprint, string Parts, CacheLookupOutcome? CacheLookup);
