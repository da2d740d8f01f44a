using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Runs.Store;

/// <summary>A completed attempt with its fingerprint and its outputs.</summary>
internal sealed record FinishedAttempt(AttemptRow Row, FingerprintRecord Fingerprint, IReadOnlyList<OutputFile> Outputs);
