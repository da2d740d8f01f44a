namespace MatterStack.Engine.Commands;

/// <summary>Targets and properties as they stand on the command line of <c>dotnet build</c> or <c>dotnet msbuild</c>. A build that was started otherwise shows none.</summary>
/// <param name="Targets">Names of the targets that were asked for.</param>
/// <param name="Properties">Names of the properties that were given.</param>
internal sealed record CommandLine(IReadOnlyList<string> Targets, IReadOnlyList<string> Properties)
{
    /// <summary>What is no switch: the command's name, and the project if one is named.</summary>
    public IReadOnlyList<string> Words { get; private init; } = [];

    private static readonly char[] Separators = [';', ','];

    /// <summary>The switches of a process.</summary>
    public static CommandLine Read(IEnumerable<string> arguments)
    {
        var (targets, properties, words) = (new List<string>(), new List<string>(), new List<string>());
        // The first is the program's own file.
        foreach (var argument in arguments.Skip(1))
        {
            var colon = argument.IndexOf(':', StringComparison.Ordinal);
            if (colon < 2 || argument[0] is not ('-' or '/'))
            {
                words.Add(argument);
                continue;
            }

            var value = argument[(colon + 1)..];
            switch (argument[..colon].TrimStart('-', '/').ToUpperInvariant())
            {
                case "T" or "TARGET":
                    targets.AddRange(value.Split(Separators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
                    break;
                case "P" or "PROPERTY":
                    // Further pairs of one switch are of no matter: such a value cannot hold a separator without quotes.
                    properties.AddRange(value.Split(Separators).Where(pair => pair.Contains('=', StringComparison.Ordinal)).Select(pair => pair.Split('=')[0].Trim()));
                    break;
            }
        }

        return new CommandLine(targets, properties) { Words = words };
    }

    /// <summary>Whether it is a project of this command that is built, and not one that another project builds.</summary>
    /// <param name="project">Absolute path of the project.</param>
    /// <param name="folder">Folder that the command was started in.</param>
    public bool IsFor(string project, string folder)
    {
        var named = Words.Select(word => Path.GetFullPath(word, folder)).LastOrDefault(Path.Exists) ?? folder;
        return File.Exists(named) ? named == project : Path.TrimEndingDirectorySeparator(named) == Path.GetDirectoryName(project);
    }

    /// <summary>What of a target's arguments would silently do nothing.</summary>
    /// <param name="target">The target that runs.</param>
    /// <param name="given">Names of the properties that reached it.</param>
    public IEnumerable<Problems.Problem> NotTaken(string target, IEnumerable<string> given)
    {
        // Of a target that is the user's own nobody knows what it calls.
        var rows = (Targets.Count == 0 ? [target] : Targets).Select(CommandTable.Find).ToList();
        return rows.Contains(null) || (Targets.Count == 0 && target != "Build") ? []
            : ArgumentCheck.NotTaken(rows!, given.Where(name => Properties.Contains(name, StringComparer.OrdinalIgnoreCase)));
    }
}
