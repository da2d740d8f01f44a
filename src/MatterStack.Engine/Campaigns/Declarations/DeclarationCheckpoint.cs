using System.Globalization;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Campaigns.Declarations;

/// <summary>Checkpoint of a declaration: a hash of everything that the declaration depends on. Equal hashes mean an equal definition, so
/// the declaration need not be read again.</summary>
/// <param name="ComputedAt">Time at which the hash was computed.</param>
/// <param name="Hash">Hash from <see cref="DeclarationHasher"/>.</param>
internal sealed record DeclarationCheckpoint(DateTimeOffset ComputedAt, Sha256 Hash)
{
    public static DeclarationCheckpoint? Parse(string? text) =>
        text?.Split(' ') is [var at, var hex]
        && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
        && Sha256.TryParse(hex, out var hash)
            ? new(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), hash)
            : null;

    /// <summary>Returns a checkpoint that also covers files that are not declared; null if that is not possible. See
    /// <see cref="DeclarationHash.AddStagedFiles"/>.</summary>
    public DeclarationCheckpoint? AddStagedFiles(IReadOnlyCollection<(string Source, Sha256 Content)> staged, string projectFolder) =>
        new DeclarationHash(Hash, IsSettled: true).AddStagedFiles(staged, projectFolder, ComputedAt) is { } extended
            ? this with
            {
                Hash = extended.Value,
            }
            : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{ComputedAt.ToUnixTimeMilliseconds()} {Hash}");
}
