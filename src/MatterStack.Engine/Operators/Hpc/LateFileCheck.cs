using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Hpc.Staging;
using MatterStack.Engine.Operators.Scripts;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Late visibility of files: a file system that machines share shows names and contents of files late.</summary>
internal static class LateFileCheck
{
    /// <summary>
    /// Whether a required file of a successful job is missing or incomplete. A file that was fetched in an archive is complete.
    /// </summary>
    public static bool CanBeLate(ClusterJob job, AttemptEnd ending) =>
        job.End is JobState.Completed
        && (
            ending.MissingOutputs.Count > 0
            || !HasExitCode(job)
            || (ending.CollectionProblem is not null || IsMarkMissing(ending)) && job.Staging is SharedFileSystemStaging
        );

    /// <summary>Describes the missing file.</summary>
    public static string DescribeMissingFile(ClusterJob job, AttemptEnd ending) =>
        ending.MissingOutputs.Count > 0
            ? $"its output '{ending.MissingOutputs[0]}' is not there"
            : ending.CollectionProblem
                ?? (IsMarkMissing(ending) ? ending.VerdictReason : null)
                ?? $"its exit code is not in {job.Request.RelativeFolder}";

    private static bool IsMarkMissing(AttemptEnd ending) => ending.Verdict == EndCause.NoSuccessMark.ToText();

    // The exit code is the last write of the script: without it, earlier files may be missing as well.
    private static bool HasExitCode(ClusterJob job) => ExitCodeFile.ReadExitCode(job.Request) is not null;
}
