using MatterStack.Engine.Identity;
using MatterStack.Engine.Operators.Attempts;

namespace MatterStack.Engine.Operators.Hpc.Staging;

/// <summary>Result of fetching the files of an attempt.</summary>
internal abstract record DownloadResult
{
    private DownloadResult() { }

    /// <summary>All readable files arrived.</summary>
    public sealed record Fetched : DownloadResult
    {
        public static Fetched NothingToReport { get; } = new();

        /// <summary>Declared outputs that could not be fetched, by their path in <c>work/</c>, with the reason.</summary>
        public IReadOnlyDictionary<string, UnreadableOutput> UnreadOutputs { get; init; } = new Dictionary<string, UnreadableOutput>();

        /// <summary>Whether a declared output could not be read for a reason that may pass: another try may succeed.</summary>
        public bool CanRetry { get; init; }

        /// <summary>Whether the only reason is a missing permission, which seldom passes.</summary>
        public bool IsPermissionDenied { get; init; }

        /// <summary>Warnings for people, for example undeclared files that were not fetched.</summary>
        public IReadOnlyList<string> Warnings { get; init; } = [];

        /// <summary>Hashes of fetched files, by their path in <c>work/</c>.</summary>
        public IReadOnlyDictionary<string, Sha256> Hashes { get; init; } = new Dictionary<string, Sha256>();
    }

    /// <summary>The attempt's folder is gone, and its parent folder is not.</summary>
    /// <param name="Folder">The folder, with its host.</param>
    public sealed record FolderGone(string Folder) : DownloadResult;

    /// <summary>The transfer is incomplete, and no single file is the cause.</summary>
    /// <param name="Reason">Reason, for people.</param>
    /// <param name="HostAnswered">Whether the machine answers: then this attempt is the cause.</param>
    /// <param name="HasProgress">Whether any data arrived.</param>
    public sealed record Incomplete(string Reason, bool HostAnswered, bool HasProgress) : DownloadResult;
}
