using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Operators.Processes;

/// <summary>The attempts whose processes are searched.</summary>
/// <param name="Attempts">The attempts.</param>
/// <param name="Leaders">Their first processes, if known: each leads a session.</param>
/// <param name="LeadersJustEnded">Whether the leaders were children of this process until now, so that their pids are not reused
/// yet.</param>
internal sealed record ProcessOwners(IReadOnlySet<AttemptId> Attempts, IReadOnlyList<ProcessIdentity> Leaders, bool LeadersJustEnded)
{
    /// <summary>Processes that an earlier search found. Their parents may be gone, so a new search would miss them.</summary>
    public IReadOnlySet<AttemptProcess> KnownProcesses { get; init; } = new HashSet<AttemptProcess>();
}
