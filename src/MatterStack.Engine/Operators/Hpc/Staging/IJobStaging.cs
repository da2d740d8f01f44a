using MatterStack.Engine.Files;

namespace MatterStack.Engine.Operators.Hpc.Staging;

/// <summary>Folders of attempts: on a file system that this machine and the cluster share, or on one that only the cluster sees.</summary>
internal interface IJobStaging
{
    /// <summary>Name for messages: host and folder.</summary>
    string Name { get; }

    /// <summary>The attempt's folder on the cluster, as a shell word.</summary>
    string QuoteFolder(AttemptRequest request);

    /// <summary>Creates an attempt's folder and collects its inputs, as far as that happens on this machine.</summary>
    /// <exception cref="IOException">An input is missing or differs from the record, or a file cannot be written.</exception>
    void PrepareAttempt(AttemptRequest request);

    /// <summary>
    /// Creates the folders of prepared attempts on the cluster, with all their files. An interrupted transfer is continued.
    /// </summary>
    /// <exception cref="IOException">The disk of this machine is full or reports errors.</exception>
    StagingResult SendAttempts(IReadOnlyList<AttemptRequest> requests, CancellationToken cancel);

    /// <summary>Shell text that writes the scripts of attempts before a submission; it exits with <see cref="ExitCodes.NotWritten"/> on
    /// failure.</summary>
    string BuildScriptCommands(IReadOnlyList<(AttemptRequest Request, string Script)> jobs);

    /// <summary>Recorded exit codes; attempts without one are missing in the result. Returns null if the cluster does not answer.</summary>
    IReadOnlyDictionary<AttemptRequest, int>? ReadExitCodes(IReadOnlyList<AttemptRequest> requests, CancellationToken cancel);

    /// <summary>
    /// Fetches the files of ended attempts; logs and exit codes always. A failure of one attempt does not affect the others.
    /// </summary>
    /// <param name="requests">The attempts.</param>
    /// <param name="failed">Attempts among them that certainly failed: files that the next attempt begins with stay where they are.</param>
    /// <param name="cancel">Cancels the call.</param>
    /// <returns>The result for each attempt.</returns>
    /// <exception cref="IOException">The disk of this machine is full or reports errors.</exception>
    IReadOnlyDictionary<AttemptRequest, DownloadResult> DownloadOutputs(
        IReadOnlyList<AttemptRequest> requests,
        IReadOnlySet<AttemptRequest> failed,
        CancellationToken cancel
    );

    /// <summary>Plans how an attempt gets the files of earlier attempts. After <see cref="PrepareAttempt"/> the plan is final.</summary>
    CarryPlan PlanCarry(AttemptRequest request);

    /// <summary>Finds the files that failed attempts leave for the next ones, and hashes them where they are.</summary>
    IReadOnlyDictionary<AttemptRequest, LeftFiles> FindLeftFiles(IReadOnlyList<AttemptRequest> requests, CancellationToken cancel);

    /// <summary>Free space in the file system of an attempt's folder. Returns null if it is unknown.</summary>
    DiskSpace? QueryFreeSpace(AttemptRequest request, CancellationToken cancel);
}
