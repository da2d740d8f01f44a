using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Problems;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace MatterStack.Build;

/// <summary>Writes messages to the build's log, so that an IDE's error list shows problems at their position. Each message is one line
/// without control sequences for terminals and CI systems. A message that looks like an error does not count as one.</summary>
internal sealed class BuildLog(TaskLoggingHelper log, WarningsAsErrors warnings, string projectFile) : ICommandLog
{
    /// <inheritdoc />
    public bool HasWarningAsError { get; private set; }

    public void Info(string line) => log.LogMessage(MessageImportance.High, "{0}", ToSafeLine(line));

    public void Detail(string line) => log.LogMessage(MessageImportance.Normal, "{0}", ToSafeLine(line));

    public void ReportDiagnostics(string text) =>
        log.LogMessage(MessageImportance.Low, "{0}", string.Join('\n', text.Split('\n').Select(ToSafeLine)));

    public bool TreatsAsError(Problem warning) => warning.Severity == Severity.Warning && warnings.IsError(warning.Code.Code);

    public void Report(Problem problem)
    {
        // A problem without a position gets the project's; otherwise MSBuild would name a line of the targets file.
        var at = problem.Position ?? new SourcePosition(projectFile);
        var (file, text) = (ToSafeLine(at.File), ToSafeLine(problem.Text));
        var treated = TreatsAsError(problem);
        HasWarningAsError |= treated;
        if (problem.Severity == Severity.Error || treated)
        {
            log.LogError(null, problem.Code.Code, null, file, at.Line, at.Column, at.EndLine, at.EndColumn, "{0}", text);
        }
        else
        {
            log.LogWarning(null, problem.Code.Code, null, file, at.Line, at.Column, at.EndLine, at.EndColumn, "{0}", text);
        }
    }

    private static string ToSafeLine(string text) => UntrustedText.ToLine(text, UntrustedText.MaxLineLength);
}
