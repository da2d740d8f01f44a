using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Operators.Hpc.Staging;

/// <summary>Known state of a run's folder on the cluster.</summary>
internal sealed class RemoteRunState
{
    /// <summary>Names in <c>inputs/</c>, as of the last query.</summary>
    public HashSet<string> KeptInputs { get; } = [];

    /// <summary>Received bytes of each stream, by its id.</summary>
    public Dictionary<string, long> ReceivedBytes { get; } = [];

    /// <summary>Hashes of files that were sent directly to their target.</summary>
    public HashSet<Sha256> SentHashes { get; } = [];

    /// <summary>Number of files of the campaign's program on the cluster.</summary>
    public int ProgramFileCount { get; set; }

    /// <summary>Files of the campaign's program; null if no attempt uses it.</summary>
    public IReadOnlyList<StagedFile>? Program { get; set; }

    /// <summary>The interrupted transfer, which is continued unchanged; null if there is none.</summary>
    public (IReadOnlyList<AttemptRequest> Requests, StagingPlan Plan)? UnfinishedTransfer { get; set; }

    /// <summary>Started streams; those that no plan contains any more are removed on the cluster.</summary>
    public HashSet<string> StartedStreams { get; } = new(StringComparer.Ordinal);
}
