using System.Runtime.CompilerServices;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Transports.Shell;

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

    /// <summary>Whether no reader opens the folder of <see cref="TargetPath"/> before all files are there: then a small file needs no
    /// temporary name.</summary>
    public bool HasNoReaders { get; init; }

    /// <summary>Path of the incomplete file. The name is short even if the file's name is long, and differs if the file has
    /// changed.</summary>
    public string PartPath =>
        field ??= Path.Combine(
            PartsFolder,
            Sha256.ComputeTextHash(FormattableString.Invariant($"{Name}\n{Size}\n{WrittenAt.Ticks}")).Hex[..32]
        );

    // Each file has one object.
    public bool Equals(FetchedFile? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);
}
