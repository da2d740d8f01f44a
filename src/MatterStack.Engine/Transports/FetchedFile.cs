using System.Runtime.CompilerServices;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Transports;

/// <summary>A file to fetch.</summary>
/// <param name="Name">Its path there, relative to the folder that is fetched from.</param>
/// <param name="Size">Bytes, as it was listed.</param>
/// <param name="Written">When it was last written there, as it was listed.</param>
/// <param name="Target">Absolute path here.</param>
/// <param name="Parts">Absolute folder here, on the same file system, that holds it as long as it is not whole.</param>
internal sealed record FetchedFile(string Name, long Size, DateTime Written, string Target, string Parts)
{
    /// <summary>Whether most of it is holes, which are not sent.</summary>
    public bool HasHoles { get; init; }

    /// <summary>Whether <see cref="Target"/> stands in a folder that nobody reads before all of it is there: a small file then needs no name of its own until it is whole.</summary>
    public bool IsUnread { get; init; }

    /// <summary>What it is as long as it is not whole. Its name is short however long the file's is, and another one if the file has become another.</summary>
    public string Part => field ??= Path.Combine(Parts, Sha256.OfText(FormattableString.Invariant($"{Name}\n{Size}\n{Written.Ticks}")).Hex[..32]);

    // There is one of each.
    public bool Equals(FetchedFile? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);
}

/// <summary>What became of a file that was to be fetched.</summary>
internal abstract record FetchEnd
{
    private FetchEnd()
    {
    }

    /// <summary>It is here.</summary>
    /// <param name="Content">Hash of its content; null if it was here before.</param>
    /// <param name="Size">Bytes.</param>
    /// <param name="IsChanging">Whether it was written to all the while: this is how it was for a moment.</param>
    public sealed record Here(Sha256? Content, long Size, bool IsChanging) : FetchEnd;

    /// <summary>It is there no more.</summary>
    public sealed record Vanished : FetchEnd;

    /// <summary>It cannot be read there, or not be written here.</summary>
    /// <param name="Why">The words of the machine.</param>
    /// <param name="Stays">Whether that does not change by itself.</param>
    public sealed record Failed(string Why, bool Stays) : FetchEnd;
}

/// <summary>What became of files that were to be fetched.</summary>
/// <param name="Ends">Of each whose fate is known.</param>
/// <param name="Broken">Why nothing is known of the others; null: there are none.</param>
/// <param name="Moved">Bytes that came.</param>
internal sealed record FetchAnswer(IReadOnlyDictionary<FetchedFile, FetchEnd> Ends, ShellAnswer.None? Broken, long Moved);
