using System.Text;
using Microsoft.Build.Framework;

namespace MatterStack.Build.Tests.Support;

/// <summary>Keeps what a build says.</summary>
internal sealed class RecordingLogger : ILogger
{
    private readonly StringBuilder _said = new();

    public List<BuildErrorEventArgs> Errors { get; } = [];

    public List<BuildWarningEventArgs> Warnings { get; } = [];

    /// <summary>Targets that were up to date.</summary>
    public List<string> UpToDate { get; } = [];

    public string Said => _said.ToString();

    public LoggerVerbosity Verbosity { get; set; } = LoggerVerbosity.Detailed;

    public string? Parameters { get; set; }

    public void Initialize(IEventSource eventSource)
    {
        eventSource.ErrorRaised += (_, e) =>
        {
            Errors.Add(e);
            Say($"{e.File}({e.LineNumber},{e.ColumnNumber}): error {e.Code}: {e.Message}");
        };
        eventSource.WarningRaised += (_, e) =>
        {
            Warnings.Add(e);
            Say($"{e.File}({e.LineNumber},{e.ColumnNumber}): warning {e.Code}: {e.Message}");
        };
        eventSource.MessageRaised += (_, e) =>
        {
            if (e is TargetSkippedEventArgs { SkipReason: TargetSkipReason.OutputsUpToDate } skipped)
            {
                UpToDate.Add(skipped.TargetName);
            }

            if (e.Importance == MessageImportance.High)
            {
                Say(e.Message ?? "");
            }
        };
    }

    public void Shutdown()
    {
    }

    private void Say(string line) => _said.Append(line).Append('\n');
}
