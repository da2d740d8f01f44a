using MatterStack.Engine.Wiring.Codes;

namespace MatterStack.Engine.Operators.Scripts;

/// <summary>The command of a task with the codes and launchers of its operator.</summary>
/// <param name="Text">Shell text.</param>
/// <param name="Codes">The codes that it uses, each once, in their order.</param>
internal sealed record SiteCommand(string Text, IReadOnlyList<SiteCode> Codes)
{
    /// <summary>Image that holds the whole command; null if there is none, or if each code has its own start of a container.</summary>
    public string? Image { get; init; }

    /// <summary>Texts of the launchers, with the numbers of the task, each once.</summary>
    public IReadOnlyList<string> LauncherTexts { get; init; } = [];

    /// <summary>Modules of the codes, in the order of loading.</summary>
    public IEnumerable<string> Modules => Codes.SelectMany(static code => code.Modules).Distinct(StringComparer.Ordinal);

    /// <summary>Variables of the codes as the wiring has them, with secret references.</summary>
    public IEnumerable<KeyValuePair<string, string>> Env =>
        Codes.SelectMany(static code => code.Env).DistinctBy(static pair => pair.Key, StringComparer.Ordinal);

    /// <summary>Shell lines of the codes.</summary>
    public IEnumerable<string> Setup => Codes.SelectMany(static code => code.Setup);
}
