using System.Globalization;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Campaigns;

/// <summary>By what a campaign is known again as declared, without reading what it declares: as long as the print is the same, so is the definition.</summary>
/// <param name="At">When the print was taken.</param>
/// <param name="Print">What <see cref="DeclarationPrint"/> made.</param>
internal sealed record DeclarationMark(DateTimeOffset At, Sha256 Print)
{
    public static DeclarationMark? Parse(string? text) =>
        text?.Split(' ') is [var at, var print] && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && Sha256.TryParse(print, out var hash)
            ? new(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), hash)
            : null;

    /// <summary>A mark that also covers files that are not declared; see <see cref="TakenPrint.With"/>.</summary>
    public DeclarationMark? With(IReadOnlyCollection<(string Source, Sha256 Content)> staged, string projectFolder) =>
        new TakenPrint(Print, Settled: true).With(staged, projectFolder, At) is { } print ? this with { Print = print.Hash } : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.ToUnixTimeMilliseconds()} {Print}");
}
