using MatterStack.Engine.Wiring.Codes;

namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>Reads the codes and launchers of an operator from the levels of the wiring, and flattens them for comparison.</summary>
internal static class CodeReader
{
    /// <summary>Joins the levels. Of a name, the nearest definition holds as a whole.</summary>
    /// <param name="file">Values at the top of the file.</param>
    /// <param name="backend">Values of the operator's backend.</param>
    /// <param name="own">Values of the operator itself.</param>
    /// <param name="hasContainer">Whether the operator has a container engine.</param>
    public static SiteCodes Resolve(Settings file, Settings backend, Settings own, bool hasContainer)
    {
        var levels = new[] { (CodeLevel.File, file), (CodeLevel.Backend, backend), (CodeLevel.Operator, own) };
        var launchers = new SortedDictionary<string, SiteLauncher>(StringComparer.Ordinal);
        foreach (var (level, settings) in levels)
        {
            foreach (var (name, text) in settings.GetMap("launchers"))
            {
                launchers[name] = new SiteLauncher(name, text, level);
            }
        }

        var codes = new SortedDictionary<string, SiteCode>(StringComparer.Ordinal);
        foreach (var (level, settings) in levels)
        {
            foreach (var (name, value) in settings.GetGroup("codes")?.Values ?? new Dictionary<string, object>())
            {
                // A code without a command is a problem that is reported.
                if (((Settings)value).GetText("command") is { } command)
                {
                    codes[name] = ReadCode(name, command, (Settings)value, level, launchers, hasContainer);
                }
            }
        }

        return codes.Count + launchers.Count == 0 ? SiteCodes.None : new SiteCodes(codes, launchers);
    }

    /// <summary>Flattens the codes and launchers of an operator.</summary>
    public static IEnumerable<EffectiveField> ListEffective(SiteCodes codes)
    {
        foreach (var launcher in codes.Launchers.Values)
        {
            var users = codes.Codes.Values.Where(code => code.Launcher == launcher).Select(static code => "code " + code.Name);
            yield return Create($"launchers.{launcher.Name}", launcher.Text, string.Join(", ", [.. users, "launcher " + launcher.Name]));
        }

        foreach (var code in codes.Codes.Values)
        {
            var (prefix, concerned) = ($"codes.{code.Name}.", "code " + code.Name);
            yield return Create(prefix + "command", code.Command, concerned);
            var more = new (string Name, object? Value, string? Concerned)[]
            {
                ("env", code.Env.Count == 0 ? null : code.Env, concerned),
                ("image", code.Image, concerned),
                ("launcher", code.LauncherName, concerned),
                ("launcher_always", code.IsAlwaysLaunched ? true : null, concerned),
                ("modules", code.Modules.Count == 0 ? null : code.Modules, concerned),
                ("setup", code.Setup.Count == 0 ? null : code.Setup, concerned),
                ("version", code.Version, null),
            };
            foreach (var (name, value, concerns) in more)
            {
                if (value is not null)
                {
                    yield return Create(prefix + name, value, concerns);
                }
            }
        }

        static EffectiveField Create(string path, object value, string? concerned) =>
            new(path, EffectiveFields.ToJson(value), AffectsResults: false) { ConcernedParts = concerned };
    }

    private static SiteCode ReadCode(
        string name,
        string command,
        Settings code,
        CodeLevel level,
        IReadOnlyDictionary<string, SiteLauncher> launchers,
        bool hasContainer
    ) =>
        new()
        {
            Name = name,
            Command = command,
            Level = level,
            LauncherName = code.GetText("launcher"),
            Launcher = code.GetText("launcher") is { } launcher ? launchers.GetValueOrDefault(launcher) : null,
            IsAlwaysLaunched = code.GetBoolean("launcher_always") == true,
            Modules = code.GetList("modules"),
            Setup = code.GetList("setup"),
            Env = code.GetMap("env"),
            Image = hasContainer ? code.GetText("image") : null,
            Version = code.GetText("version"),
        };
}
