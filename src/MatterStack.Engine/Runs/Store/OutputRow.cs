using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Runs.Store;

/// <summary>A row of <c>outputs</c>.</summary>
internal sealed record OutputRow(AttemptId AttemptId, string Path, Sha256 Sha256, long Size);
