using System.Runtime.CompilerServices;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Transports;

/// <summary>A remote file to fetch.</summary>
/// <param name="Name">Its remote path, relative to the fetched folder.</param>
/// <param name="Size">Size in bytes, as listed.</param>
/// <param name="Written">Time of its last change, as listed.</param>
/// <param name="Target">Absolute local path.</param>
/// <param name="Parts">Absolute local folder on the same file system that holds the incomplete file.</param>
internal sealed record FetchedFile(string Name, long Size, DateTime Written, string Target, string Parts)
{
    /// <summary>Whether most of the file is holes, which are not sent.</summary>
    public bool HasHoles { get; init; }

    /// <summary>Whether no reader opens the folder of <see cref="Target"/> before all files are there: then a small file needs no temporary
    /// name.</summary>
    public bool IsUnread { get; init; }

    /// <summary>Path of the incomplete file. The name is short even if the file's name is long, and differs if the file has
    /// changed.</summary>
    public string Part => field ??= Path.Combine(Parts, Sha256.ComputeTextHash(FormattableString.Invariant($"{Name}\n{Size}\n{Written.Ticks}")).Hex[..32]);

    // Each file has one object.
    public bool Equals(FetchedFile? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);
}

/// <summary>Result of fetching a file.</summary>
internal abstract record FetchEnd
{
    private FetchEnd()
    {
    }

    /// <summary>The file is here.</summary>
    /// <param name="Content">Hash of its content; null if the file was here before.</param>
    /// <param name="Size">Size in bytes.</param>
    /// <param name="IsChanging">Whether the file was written to during the transfer, so that the copy may be inconsistent.</param>
    public sealed record Here(Sha256? Content, long Size, bool IsChanging) : FetchEnd;

    /// <summary>The remote file does not exist any more.</summary>
    public sealed record Vanished : FetchEnd;

    /// <summary>The file cannot be read there or cannot be written here.</summary>
    /// <param name="Why">The error message of the machine.</param>
    /// <param name="Stays">Whether another try is useless until a person fixes the cause.</param>
    public sealed record Failed(string Why, bool Stays) : FetchEnd;
}

/// <summary>Result of fetching files.</summary>
/// <param name="Ends">Results of the files, where known.</param>
/// <param name="Broken">Why the other results are unknown; null if all are known.</param>
/// <param name="Moved">Number of received bytes.</param>
internal sealed record FetchAnswer(IReadOnlyDictionary<FetchedFile, FetchEnd> Ends, ShellAnswer.None? Broken, long Moved);
