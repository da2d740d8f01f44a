using System.Globalization;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Campaigns;

/// <summary>Checkpoint of a declaration: a hash of everything that the declaration depends on. Equal hashes mean an equal definition, so
/// the declaration need not be read again.</summary>
/// <param name="At">Time at which the hash was computed.</param>
/// <param name="Print">Hash from <see cref="DeclarationPrint"/>.</param>
internal sealed record DeclarationMark(DateTimeOffset At, Sha256 Print)
{
    public static DeclarationMark? Parse(string? text) =>
        text?.Split(' ') is [var at, var hex] && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && Sha256.TryParse(hex, out var hash)
            ? new(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), hash)
            : null;

    /// <summary>Returns a checkpoint that also covers files that are not declared; null if that is not possible. See
    /// <see cref="TakenPrint.With"/>.</summary>
    public DeclarationMark? With(IReadOnlyCollection<(string Source, Sha256 Content)> staged, string projectFolder) =>
        new TakenPrint(Print, Settled: true).With(staged, projectFolder, At) is { } extended ? this with { Print = extended.Hash } : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.ToUnixTimeMilliseconds()} {Print}");
}
