using System.Runtime.CompilerServices;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Transports;

/// <summary>A remote file to fetch.</summary>
/// <param name="Name">Its remote path, relative to the fetched folder.</param>
/// <param name="Size">Size in bytes, as listed.</param>
/// <param name="WrittenAt">Time of its last change, as listed.</param>
/// <param name="TargetPath">Absolute local path.</param>
/// <param name="PartsFolder">Absolute local folder on the same file system that holds the incomplete file.</param>
internal sealed record FetchedFile(string Name, long Size, DateTime WrittenAt, string TargetPath, string PartsFolder)
{
    /// <summary>Whether most of the file is holes, which are not sent.</summary>
    public bool HasHoles { get; init; }

    /// <summary>Whether no reader opens the folder of <see cref="TargetPath"/> before all files are there: then a small file needs no temporary
    /// name.</summary>
    public bool HasNoReaders { get; init; }

    /// <summary>Path of the incomplete file. The name is short even if the file's name is long, and differs if the file has
    /// changed.</summary>
    public string PartPath => field ??= Path.Combine(PartsFolder, Sha256.ComputeTextHash(FormattableString.Invariant($"{Name}\n{Size}\n{WrittenAt.Ticks}")).Hex[..32]);

    // Each file has one object.
    public bool Equals(FetchedFile? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);
}

/// <summary>Result of fetching a file.</summary>
internal abstract record FetchResult
{
    private FetchResult()
    {
    }

    /// <summary>The file is here.</summary>
    /// <param name="Content">Hash of its content; null if the file was here before.</param>
    /// <param name="Size">Size in bytes.</param>
    /// <param name="IsChanging">Whether the file was written to during the transfer, so that the copy may be inconsistent.</param>
    public sealed record Fetched(Sha256? Content, long Size, bool IsChanging) : FetchResult;

    /// <summary>The remote file does not exist any more.</summary>
    public sealed record Vanished : FetchResult;

    /// <summary>The file cannot be read there or cannot be written here.</summary>
    /// <param name="Reason">The error message of the machine.</param>
    /// <param name="IsPermanent">Whether another try is useless until a person fixes the cause.</param>
    public sealed record Failed(string Reason, bool IsPermanent) : FetchResult;
}

/// <summary>Result of fetching files.</summary>
/// <param name="Results">Results of the files, where known.</param>
/// <param name="Interruption">Why the other results are unknown; null if all are known.</param>
/// <param name="MovedBytes">Number of received bytes.</param>
internal sealed record FetchSummary(IReadOnlyDictionary<FetchedFile, FetchResult> Results, ShellResult.NoAnswer? Interruption, long MovedBytes);
