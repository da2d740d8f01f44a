using System.Text;
using System.Text.Encodings.Web;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Wiring.Codes;

/// <summary>A program of a site, as the wiring of an operator defines it.</summary>
internal sealed record SiteCode
{
    /// <summary>Its name in the wiring and in commands.</summary>
    public required string Name { get; init; }

    /// <summary>Shell text: a program, a path, or a line with several words.</summary>
    public required string Command { get; init; }

    /// <summary>Where the wiring defines it.</summary>
    public required CodeLevel Level { get; init; }

    /// <summary>Name of its launcher; null if it names none.</summary>
    public string? LauncherName { get; init; }

    /// <summary>Its launcher; null if it names none, or if the operator has no launcher of this name.</summary>
    public SiteLauncher? Launcher { get; init; }

    /// <summary>Whether it is launched with one rank, too.</summary>
    public bool IsAlwaysLaunched { get; init; }

    /// <summary>Environment modules, in the order of loading.</summary>
    public IReadOnlyList<string> Modules { get; init; } = [];

    /// <summary>Shell lines before the command.</summary>
    public IReadOnlyList<string> Setup { get; init; } = [];

    /// <summary>Environment variables; values may hold secret references.</summary>
    public IReadOnlyDictionary<string, string> Env { get; init; } = System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Container image; null if there is none, or if the operator has no container engine.</summary>
    public string? Image { get; init; }

    /// <summary>Shell text that prints its version; null if there is none.</summary>
    public string? Version { get; init; }

    /// <summary>Hash of everything that can change a result: not of the version's command, and not of names.</summary>
    public Sha256 Hash => ComputeHash();

    /// <summary>Whether a task with so many ranks runs it by its launcher.</summary>
    public bool IsLaunchedWith(int ranks) => Launcher is not null && (ranks > 1 || IsAlwaysLaunched);

    // Values that equal their default are left out: a new key of a later version changes no hash.
    private Sha256 ComputeHash()
    {
        var text = new StringBuilder("matterstack code 1\n");
        Append("command", Command);
        foreach (var (name, value) in Env.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            Append("env." + name, value);
        }

        Append("image", Image);
        Append("launcher", Launcher?.Text);
        Append("launcher_always", IsAlwaysLaunched ? "true" : null);
        AppendAll("module", Modules);
        AppendAll("setup", Setup);
        return Sha256.ComputeTextHash(text.ToString());

        void Append(string name, string? value)
        {
            if (value is not null)
            {
                text.Append(name).Append("=\"").Append(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(value)).Append("\"\n");
            }
        }

        void AppendAll(string name, IReadOnlyList<string> values)
        {
            foreach (var value in values)
            {
                Append(name, value);
            }
        }
    }
}
