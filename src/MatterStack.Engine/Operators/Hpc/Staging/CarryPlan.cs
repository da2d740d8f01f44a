using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Operators.Hpc.Staging;

/// <summary>How an attempt gets the files of earlier attempts that it begins with.</summary>
/// <param name="Files">The files; none if the attempt carries nothing, or begins afresh.</param>
/// <param name="IsCopiedInJob">Whether the job's script copies them from the folders of the earlier attempts, which lie in the same place.
/// Otherwise they travel with the inputs.</param>
/// <param name="Reason">Why the attempt begins afresh although files were to be carried; null if it does not.</param>
internal sealed record CarryPlan(IReadOnlyList<LeftFile> Files, bool IsCopiedInJob, string? Reason)
{
    /// <summary>Plans for a place: its own files are copied there, those of another place are not carried.</summary>
    /// <param name="files">The files that the attempt is to begin with.</param>
    /// <param name="place">Name of the place, as it is recorded with its files.</param>
    public static CarryPlan Create(IReadOnlyList<LeftFile> files, string place) =>
        files.FirstOrDefault(file => file.Place != place) is { } other
            ? new(
                [],
                false,
                $"{other.Path} is {(other.Place.Length == 0 ? "in the run's folder" : "on " + other.Place)}, and the attempt runs on "
                    + (place.Length == 0 ? "files of this machine" : place)
            )
            : new(files, files.Count > 0, null);
}
