namespace MatterStack.Engine.Commands;

/// <summary>Targets and properties on the command line of <c>dotnet build</c> or <c>dotnet msbuild</c>. Both are empty if the build was
/// started in another way.</summary>
/// <param name="Targets">Names of the requested targets.</param>
/// <param name="Properties">Names of the given properties.</param>
internal sealed record CommandLine(IReadOnlyList<string> Targets, IReadOnlyList<string> Properties)
{
    /// <summary>Words that are no switches: the name of the command, and the project if one is named.</summary>
    public IReadOnlyList<string> Words { get; private init; } = [];

    private static readonly char[] Separators = [';', ','];

    /// <summary>Parses the arguments of a process.</summary>
    public static CommandLine Parse(IEnumerable<string> arguments)
    {
        var (targets, properties, words) = (new List<string>(), new List<string>(), new List<string>());
        // The first argument is the file of the program.
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
                    // One switch can hold several pairs. A value with a separator needs quotes, so that the split is safe.
                    properties.AddRange(
                        value
                            .Split(Separators)
                            .Where(pair => pair.Contains('=', StringComparison.Ordinal))
                            .Select(pair => pair.Split('=')[0].Trim())
                    );
                    break;
            }
        }

        return new CommandLine(targets, properties) { Words = words };
    }

    /// <summary>Whether the command names this project; false for a project that another project builds.</summary>
    /// <param name="project">Absolute path of the project.</param>
    /// <param name="folder">Folder in which the command was started.</param>
    public bool IsFor(string project, string folder)
    {
        var named = Words.Select(word => Path.GetFullPath(word, folder)).LastOrDefault(Path.Exists) ?? folder;
        return File.Exists(named) ? named == project : Path.TrimEndingDirectorySeparator(named) == Path.GetDirectoryName(project);
    }

    /// <summary>Reports arguments of a target that would have no effect.</summary>
    /// <param name="target">The target that runs.</param>
    /// <param name="given">Names of the properties that reached the target.</param>
    public IEnumerable<Problems.Problem> FindNotTaken(string target, IEnumerable<string> given)
    {
        // A target of the user may call any other target, so its arguments cannot be checked.
        var rows = (Targets.Count == 0 ? [target] : Targets).Select(CommandTable.Find).ToList();
        return rows.Contains(null) || (Targets.Count == 0 && target != "Build")
            ? []
            : ArgumentCheck.FindNotTaken(rows!, given.Where(name => Properties.Contains(name, StringComparer.OrdinalIgnoreCase)));
    }
}
