using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Wiring.Codes;

/// <summary>The codes and launchers of one operator; the nearer definition of a name holds as a whole.</summary>
/// <param name="codes">Codes by name.</param>
/// <param name="launchers">Launchers by name.</param>
internal sealed class SiteCodes(IReadOnlyDictionary<string, SiteCode> codes, IReadOnlyDictionary<string, SiteLauncher> launchers)
{
    /// <summary>No codes and no launchers.</summary>
    public static SiteCodes None { get; } = new(new Dictionary<string, SiteCode>(), new Dictionary<string, SiteLauncher>());

    /// <summary>Codes by name.</summary>
    public IReadOnlyDictionary<string, SiteCode> Codes => codes;

    /// <summary>Launchers by name.</summary>
    public IReadOnlyDictionary<string, SiteLauncher> Launchers => launchers;

    /// <summary>Whether the operator has neither codes nor launchers.</summary>
    public bool IsEmpty => codes.Count + launchers.Count == 0;

    /// <summary>Finds a launcher. Without a name it is the operator's only one.</summary>
    public SiteLauncher? FindLauncher(string? name) =>
        name is not null ? launchers.GetValueOrDefault(name)
        : launchers.Count == 1 ? launchers.Values.First()
        : null;

    /// <summary>Lists the codes that a command uses, each once, in their order; names that the operator has not are left out.</summary>
    public IReadOnlyList<SiteCode> FindUsedCodes(string command) =>
        codes.Count == 0
            ? []
            :
            [
                .. CodePlaceholders
                    .Find(command)
                    .Where(static one => !one.IsLauncher)
                    .Select(one => codes.GetValueOrDefault(one.Name!))
                    .OfType<SiteCode>()
                    .DistinctBy(static code => code.Name, StringComparer.Ordinal),
            ];

    /// <summary>Lists the codes that the commands of a task use, each once, in their order.</summary>
    public IReadOnlyList<SiteCode> FindUsedCodes(IEnumerable<string> commands) =>
        codes.Count == 0 ? [] : [.. commands.SelectMany(FindUsedCodes).DistinctBy(static code => code.Name, StringComparer.Ordinal)];

    /// <summary>Lists what the fingerprint of a task has for the codes and launchers of its command; empty for commands without
    /// placeholders.</summary>
    public IReadOnlyList<(string Name, Sha256 Hash)> ListFingerprintParts(string command) =>
        IsEmpty || !CodePlaceholders.MayBeIn(command)
            ? []
            :
            [
                .. FindUsedCodes(command).Select(static code => (FormatCodePart(code.Name), code.Hash)),
                .. CodePlaceholders
                    .Find(command)
                    .Where(static one => one.IsLauncher)
                    .Select(one => FindLauncher(one.Name))
                    .OfType<SiteLauncher>()
                    .DistinctBy(static launcher => launcher.Name, StringComparer.Ordinal)
                    .Select(static launcher => ("launcher " + launcher.Name, launcher.Hash)),
            ];

    /// <summary>The same for all commands of a task.</summary>
    public IReadOnlyList<(string Name, Sha256 Hash)> ListFingerprintParts(IEnumerable<string> commands) =>
        IsEmpty ? [] : [.. commands.SelectMany(ListFingerprintParts).DistinctBy(static part => part.Name, StringComparer.Ordinal)];

    /// <summary>Name of the part of a fingerprint that stands for a code.</summary>
    public static string FormatCodePart(string name) => "code " + name;
}
