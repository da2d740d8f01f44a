using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>What came back of an attempt.</summary>
internal abstract record Brought
{
    private Brought()
    {
    }

    /// <summary>All that could be read.</summary>
    public sealed record Here : Brought
    {
        public static Here All { get; } = new();

        /// <summary>Why what is declared could not be taken, by its path in <c>work/</c>.</summary>
        public IReadOnlyDictionary<string, string> Unread { get; init; } = new Dictionary<string, string>();

        /// <summary>Whether something declared could not be read by what may pass: another try may bring it.</summary>
        public bool MayCome { get; init; }

        /// <summary>Whether it can only be that nobody may read it: that seldom passes.</summary>
        public bool IsDenied { get; init; }

        /// <summary>What is not declared and did not come, and what else a person should know.</summary>
        public IReadOnlyList<string> Warnings { get; init; } = [];

        /// <summary>Hashes of files that came, by their path in <c>work/</c>.</summary>
        public IReadOnlyDictionary<string, Sha256> Hashes { get; init; } = new Dictionary<string, Sha256>();
    }

    /// <summary>Its folder is gone, and what it stood in is not.</summary>
    /// <param name="Folder">The folder, with its machine.</param>
    public sealed record Gone(string Folder) : Brought;

    /// <summary>Not all is here, and nobody can say why one file of it is not.</summary>
    /// <param name="Why">For people.</param>
    /// <param name="Answered">Whether the machine answers: then it is this attempt that cannot be brought.</param>
    /// <param name="Moved">Whether some of it came.</param>
    public sealed record Later(string Why, bool Answered, bool Moved) : Brought;
}
