using System.Collections;

namespace MatterStack.Engine.Operators.Processes;

/// <summary>The environment variables that commands of tasks and programs of a cluster get from this process.</summary>
internal static class CommandEnvironment
{
    private const string ThreadsVariable = "OMP_NUM_THREADS";

    /// <summary>Returns the environment of this process without the variables of an MSBuild host, and with <c>dotnet</c> on the
    /// path.</summary>
    public static IEnumerable<KeyValuePair<string, string>> GetVariables()
    {
        var outer = new[] { ProcessSearch.OuterAttemptsVariable, ProcessSearch.AttemptVariable }
            .Select(Environment.GetEnvironmentVariable)
            .Where(static text => !string.IsNullOrEmpty(text))
            .ToList();
        if (outer.Count > 0)
        {
            yield return new(ProcessSearch.OuterAttemptsVariable, string.Join(',', outer));
        }

        // A loop may run inside an attempt. The number of threads that its script derived from the attempt's cores is not for the tasks of
        // this run.
        var threads =
            outer.Count > 0
            && Environment.GetEnvironmentVariable("MATTERSTACK_CORES") is { } cores
            && cores == Environment.GetEnvironmentVariable(ThreadsVariable);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            var name = (string)entry.Key;
            var value = (string?)entry.Value ?? "";
            if (
                name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)
                || name.StartsWith("MATTERSTACK_", StringComparison.Ordinal)
                || name
                    is "DOTNET_HOST_PATH"
                        or "DOTNET_CLI_UI_LANGUAGE"
                        or "DOTNET_CLI_TELEMETRY_SESSIONID"
                        or "TMPDIR"
                        or "_MSBUILDTLENABLED"
                || (threads && name == ThreadsVariable)
            )
            {
                continue;
            }

            yield return new(name, name == "PATH" ? AddDotnet(value) : value);
        }
    }

    private static string AddDotnet(string path)
    {
        var folder = Path.GetDirectoryName(Environment.ProcessPath) ?? "";
        var known = path.Split(':').Any(p => p.Length > 0 && File.Exists(Path.Combine(p, "dotnet")));
        return known || !File.Exists(Path.Combine(folder, "dotnet")) ? path : path + ":" + folder;
    }
}
