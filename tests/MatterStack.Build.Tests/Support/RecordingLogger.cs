using System.Text;
using Microsoft.Build.Framework;

namespace MatterStack.Build.Tests.Support;

/// <summary>Keeps what a build says.</summary>
internal sealed class RecordingLogger : ILogger
{
    private readonly StringBuilder _said = new();
    private readonly StringBuilder _details = new();

    public List<BuildErrorEventArgs> Errors { get; } = [];

    public List<BuildWarningEventArgs> Warnings { get; } = [];

    /// <summary>Targets that were up to date.</summary>
    public List<string> UpToDate { get; } = [];

    public string Said => _said.ToString();

    /// <summary>Messages of low importance.</summary>
    public string Details => _details.ToString();

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

            if (e.Importance == MessageImportance.Low)
            {
                _details.Append(e.Message).Append('\n');
            }
        };
    }

    public void Shutdown() { }

    private void Say(string line) => _said.Append(line).Append('\n');
}
