using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Evidence.Verification;

/// <summary>Result of a verification.</summary>
/// <param name="Problems">Problems of the bundle; empty if it is valid.</param>
/// <param name="RunId">Run id that the bundle names; null if it cannot be read.</param>
/// <param name="FileCount">Number of files in the bundle.</param>
/// <param name="SignerKeyId">Fingerprint of the key that the signature names; null if the bundle is not signed.</param>
internal sealed record VerificationResult(IReadOnlyList<Problem> Problems, string? RunId, int FileCount, string? SignerKeyId);
