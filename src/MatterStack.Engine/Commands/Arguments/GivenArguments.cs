using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands.Arguments;

/// <summary>The properties that a user gave, as MSBuild passes them, and the problems found in them.</summary>
/// <param name="properties">Properties by name, with the escapes of MSBuild.</param>
/// <param name="startupFolder">Folder in which the command was started; empty: the current folder.</param>
internal sealed class GivenArguments(IReadOnlyDictionary<string, string> properties, string startupFolder)
{
    private readonly List<Problem> _problems = [];

    /// <summary>Problems found so far.</summary>
    public IReadOnlyList<Problem> Problems => _problems;

    /// <summary>Finds the text of an argument, or of the file that the user gave instead. Returns null if the argument is not given or
    /// blank, or if the file cannot be read; that is reported.</summary>
    public string? FindText(ArgumentField field)
    {
        if (field.FileArgument is null || FindText(field.FileArgument) is not { } file)
        {
            return FindText(field.Name);
        }

        if (FindText(field.Name) is not null)
        {
            _problems.Add(
                new Problem(RunCodes.InvalidArgument, $"Both {field.Name} and {field.FileArgument} are given", "Give one of them.")
            );
            return null;
        }

        if (!ArgumentFile.ReadText(ToAbsolutePath(file), field.FileArgument).TryGet(out var text, out var problems))
        {
            _problems.AddRange(problems);
        }

        return text;
    }

    /// <summary>Reports an illegal value.</summary>
    /// <param name="name">Name of the argument.</param>
    /// <param name="text">The given text.</param>
    /// <param name="allowed">Allowed values.</param>
    public void ReportIllegal(string name, string text, string allowed) =>
        _problems.Add(new Problem(RunCodes.InvalidArgument, $"{name} is '{text}'", $"It takes {allowed}."));

    /// <summary>Reports problems of a value.</summary>
    public void ReportProblems(IReadOnlyList<Problem> problems) => _problems.AddRange(problems);

    /// <summary>Resolves a path relative to the folder in which the command was started. A leading <c>~</c> is the user's home.</summary>
    public string ToAbsolutePath(string path)
    {
        if (path == "~" || path.StartsWith("~/", StringComparison.Ordinal))
        {
            path = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + path[1..];
        }

        return Path.GetFullPath(path, startupFolder.Length > 0 ? startupFolder : Environment.CurrentDirectory);
    }

    private string? FindText(string name) =>
        properties.TryGetValue(name, out var value) && ItemText.Unescape(value).Trim() is { Length: > 0 } text ? text : null;
}
