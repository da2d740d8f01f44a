using MatterStack.Engine.Files;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands.Reporting;

/// <summary>Finds the log file of an attempt. Attempts of people and instruments have none.</summary>
internal static class AttemptLog
{
    private static readonly string[] Names = [AttemptLayout.StderrFile, AttemptLayout.StdoutFile];

    /// <summary>Returns the absolute path of the log of standard error, or of standard output if only that is not empty. Returns null if
    /// there is no log.</summary>
    /// <param name="run">The run.</param>
    /// <param name="relativePath">Path of the attempt's folder in the run.</param>
    public static string? FindLog(RunFolder run, string relativePath)
    {
        FileInfo[] logs = [.. Names.Select(name => new FileInfo(Path.Combine(run.Path, relativePath, name))).Where(file => file.Exists)];
        return (logs.FirstOrDefault(file => file.Length > 0) ?? logs.FirstOrDefault())?.FullName;
    }
}
