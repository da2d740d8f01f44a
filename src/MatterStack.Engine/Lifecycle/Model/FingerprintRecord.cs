namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Fingerprint of an attempt as the store records it.</summary>
/// <param name="Sha256">The fingerprint.</param>
/// <param name="Parts">Text that the fingerprint is the hash of: one line for each part, with its hash and name.</param>
/// <param name="CacheLookup">Outcome of the cache lookup.</param>
internal sealed record FingerprintRecord(string Sha256, string Parts, CacheLookupOutcome CacheLookup);
