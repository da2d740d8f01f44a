using MatterStack.Engine.Commands;
using MatterStack.Engine.Problems;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace MatterStack.Build;

/// <summary>Speaks to the user through the build's log, so that an IDE's error list shows problems where they are.</summary>
internal sealed class BuildLog(TaskLoggingHelper log, string projectFile) : ICommandLog
{
    public void Say(string line) => log.LogMessageFromText(line, MessageImportance.High);

    public void Detail(string line) => log.LogMessageFromText(line, MessageImportance.Normal);

    public void Diagnose(string text) => log.LogMessageFromText(text, MessageImportance.Low);

    public void Report(Problem problem)
    {
        // Without a place of its own a problem is the project's; otherwise MSBuild would name a line of the targets file.
        var at = problem.At ?? new SourcePosition(projectFile);
        if (problem.Severity == Severity.Error)
        {
            log.LogError(null, problem.Code.Code, null, at.File, at.Line, at.Column, at.EndLine, at.EndColumn, "{0}", problem.Text);
        }
        else
        {
            log.LogWarning(null, problem.Code.Code, null, at.File, at.Line, at.Column, at.EndLine, at.EndColumn, "{0}", problem.Text);
        }
    }
}
