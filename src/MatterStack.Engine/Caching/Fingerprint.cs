using System.Text;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Caching;

/// <summary>Everything that can change the result of a task, as named hashes, so that the differences between two fingerprints can be
/// explained.</summary>
/// <remarks>
/// Nothing volatile is part of it: no run, no attempt, no time, no folder of a machine. Its hash is the hash of <see cref="Text"/>, whose
/// lines have the format of <c>sha256sum</c>, so that a reader can check them with that tool.
/// </remarks>
internal sealed class Fingerprint
{
    /// <summary>Version of the parts and their format. A change makes all cached results unknown.</summary>
    public const string Scheme = "1";

    private Fingerprint(IReadOnlyList<FingerprintPart> parts, string text) =>
        (Parts, Text, Hash) = (parts, text, Sha256.ComputeTextHash(text));

    /// <summary>Sorted by name.</summary>
    public IReadOnlyList<FingerprintPart> Parts { get; }

    /// <summary>A line for each part: its hash, two spaces, its name.</summary>
    public string Text { get; }

    /// <summary>Hash of <see cref="Text"/>.</summary>
    public Sha256 Hash { get; }

    /// <summary>Creates a fingerprint. Names of parts are unique and hold no line ends.</summary>
    public static Fingerprint Create(IEnumerable<FingerprintPart> parts)
    {
        var sorted = parts.Append(FingerprintPart.FromText("scheme", Scheme)).ToArray();
        Array.Sort(sorted, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        var text = new StringBuilder(sorted.Length * 96);
        foreach (var part in sorted)
        {
            text.Append(part.Hash.Hex).Append("  ").Append(part.Name).Append('\n');
        }

        return new Fingerprint(sorted, text.ToString());
    }

    /// <summary>Parses <see cref="Text"/>; returns null if the format is wrong.</summary>
    public static Fingerprint? Parse(string text)
    {
        var parts = new List<FingerprintPart>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length < 67 || line[64] != ' ' || line[65] != ' ' || !Sha256.TryParse(line[..64], out var hash))
            {
                return null;
            }

            parts.Add(new FingerprintPart(line[66..], hash));
        }

        return new Fingerprint(parts, text);
    }

    /// <summary>Describes the differences from an earlier fingerprint; empty if there are none.</summary>
    public IReadOnlyList<string> DescribeDifferences(Fingerprint earlier)
    {
        var before = new Dictionary<string, Sha256>(StringComparer.Ordinal);
        foreach (var part in earlier.Parts)
        {
            before[part.Name] = part.Hash;
        }

        var differences = new List<string>();
        foreach (var part in Parts)
        {
            if (!before.Remove(part.Name, out var known))
            {
                differences.Add($"{part.Name} is new");
            }
            else if (known != part.Hash)
            {
                differences.Add($"{part.Name} changed ({known.Hex[..8]} -> {part.Hash.Hex[..8]})");
            }
        }

        differences.AddRange(before.Keys.Order(StringComparer.Ordinal).Select(name => $"{name} is gone"));
        return differences;
    }
}
