using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Arguments;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Problems;

namespace MatterStack.Build;

/// <summary>Arguments of a command: the build's global properties. An environment variable or a property of the project with the same
/// name is not an argument.</summary>
internal sealed class GlobalArguments(IReadOnlyDictionary<string, string> globals, string startupDirectory)
{
    // The property that dotnet build always sets.
    private const string DefaultProperty = "NuGetInteractive";

    // A usual command has no arguments; then there is nothing to check or to read.
    private bool HasArguments => globals.Count > (globals.ContainsKey(DefaultProperty) ? 1 : 0);

    /// <summary>Reports arguments that would have no effect. Returns false if one of them would make the target act on more than the user
    /// means.</summary>
    /// <param name="target">The target that runs.</param>
    /// <param name="log">Receives the problems.</param>
    public bool CheckNames(string target, ICommandLog log)
    {
        if (!HasArguments)
        {
            return true;
        }

        var found = ArgumentCheck
            .FindMisspelt(globals.Keys, target)
            .Concat(ArgumentCheck.FindCutSelections([.. globals.Keys]))
            .Concat(CommandLine.Parse(Environment.GetCommandLineArgs()).FindNotTaken(target, globals.Keys))
            .ToList();
        foreach (var problem in found)
        {
            log.Report(problem);
        }

        return !log.HasWarningAsError && found.All(problem => problem.Severity != Severity.Error);
    }

    /// <summary>The properties of the command line that are no arguments, with the escapes of MSBuild.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ListSettings() =>
        !HasArguments
            ? []
            :
            [
                .. globals
                    .Where(static pair =>
                        pair.Key != DefaultProperty && !ArgumentCheck.Names.Contains(pair.Key, StringComparer.OrdinalIgnoreCase)
                    )
                    .OrderBy(static pair => pair.Key, StringComparer.Ordinal),
            ];

    /// <summary>Whether the build has a global property.</summary>
    public bool IsGiven(string name) => globals.ContainsKey(name);

    /// <summary>Reads and checks all arguments.</summary>
    /// <param name="environmentConfig">Value of <c>MATTERSTACK_OPERATORS_CONFIG</c>; blank if it is not set.</param>
    public Result<RunArguments> ReadArguments(string environmentConfig)
    {
        var given = new GivenArguments(globals, startupDirectory);
        Result<RunArguments> read = HasArguments ? ArgumentFields.ReadArguments(given) : new RunArguments();
        return environmentConfig.Trim() is { Length: > 0 } config && read.TryGet(out var arguments, out _)
            ? arguments with
            {
                EnvironmentConfig = given.ToAbsolutePath(config),
            }
            : read;
    }
}
