using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Runs.Store;

/// <summary>A file that a run publishes, or has published, into the project's folder.</summary>
/// <param name="Path">Its path, relative to the project's folder.</param>
/// <param name="Task">The task whose output it is.</param>
/// <param name="Output">The output, relative to <c>work/</c>.</param>
/// <param name="State">State of the task.</param>
internal sealed record PublishedRow(string Path, TaskId Task, string Output, TaskState State)
{
    /// <summary>Current attempt of the task; null if it has none.</summary>
    public AttemptId? Attempt { get; init; }

    /// <summary>Folder of that attempt, relative to the run's folder.</summary>
    public string? Folder { get; init; }

    /// <summary>Hash of the output, as the attempt recorded it; null if the attempt recorded no such output.</summary>
    public Sha256? Content { get; init; }

    /// <summary>Size of the output in bytes.</summary>
    public long? Size { get; init; }

    /// <summary>The attempt whose output was copied last, or was about to be; null if there is none.</summary>
    public AttemptId? PublishedAttempt { get; init; }

    /// <summary>Hash of what the run has put there, or was about to put there; null if it has not.</summary>
    public Sha256? PublishedContent { get; init; }

    /// <summary>Size of what the run has put there in bytes.</summary>
    public long? PublishedSize { get; init; }

    /// <summary>When the present output was published; null if it is still to be published.</summary>
    public DateTimeOffset? At { get; init; }
}
