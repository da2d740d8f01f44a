using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands;

/// <summary>The file that tells a person how an attempt went. Attempts that no machine ran have none.</summary>
internal static class AttemptLog
{
    private static readonly string[] Names = ["stderr.log", "stdout.log"];

    /// <summary>Absolute path of a log that is there: of standard error, or of standard output where only that has something; null if there is none.</summary>
    /// <param name="run">The run.</param>
    /// <param name="relativePath">The attempt's folder in it.</param>
    public static string? Of(RunFolder run, string relativePath)
    {
        FileInfo[] logs = [.. Names.Select(name => new FileInfo(Path.Combine(run.Path, relativePath, name))).Where(file => file.Exists)];
        return (logs.FirstOrDefault(file => file.Length > 0) ?? logs.FirstOrDefault())?.FullName;
    }
}
