using System.Globalization;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Scripts;

/// <summary>Files in an attempt's folder in which its script leaves what it has decided: that the stop signal was sent, that the attempt
/// begins without the files of the last one, and that the monitor ended the command.</summary>
internal static class ScriptDecisions
{
    /// <summary>Returns an end with what the script has decided.</summary>
    public static AttemptEnd AddDecisions(AttemptEnd end, AttemptRequest request) =>
        AddMonitor(
            end with
            {
                WasSignalled =
                    end.WasSignalled || (request.Task.StopSignal is not null && Read(request, AttemptLayout.StopSignalFile) is not null),
                NotCarriedReason = end.NotCarriedReason ?? FindNotCarriedReason(request),
            },
            request
        );

    /// <summary>Why an attempt began without the files that it was to begin with; null if it did not.</summary>
    public static string? FindNotCarriedReason(AttemptRequest request) =>
        request.Carried.Count > 0 && Read(request, AttemptLayout.NotCarriedFile) is { } reason ? UntrustedText.ToLine(reason.Trim()) : null;

    /// <summary>The files that an attempt really began with.</summary>
    public static IReadOnlyList<LeftFile> GetCarried(AttemptRequest request) =>
        FindNotCarriedReason(request) is null ? request.Carried : [];

    // An end with another cause (the time limit, a cancellation) keeps it.
    private static AttemptEnd AddMonitor(AttemptEnd end, AttemptRequest request)
    {
        if (request.Task.Monitor is null)
        {
            return end;
        }

        if (FindMonitorFailure(request) is { } failure)
        {
            end = end with { Warnings = [.. end.Warnings, failure] };
        }

        if (end is not { Cause: null, EndedBy: null, IsCancelled: false } || FindStopReason(request) is not { } reason)
        {
            return end;
        }

        return request.Task.SucceedWhen.Count == 0
            ? end with
            {
                Cause = EndCause.Stopped,
                EndedBy = reason,
            }
            : end with
            {
                ExitCode = 0,
                FailureNote = null,
                Stop = new MonitorStop(reason, end.ExitCode),
                Warnings = [.. end.Warnings, $"it was {reason}"],
            };
    }

    // The exit code of the monitor, and its last line if it has one.
    private static string? FindStopReason(AttemptRequest request)
    {
        if (Read(request, AttemptLayout.MonitorStopFile) is not { } text)
        {
            return null;
        }

        var words = UntrustedText.ToLine(text.Trim()).Split(' ', 2);
        return words.Length > 1 && words[1].Trim() is { Length: > 0 } line
            ? $"stopped by its monitor: {line}"
            : $"stopped by its monitor (exit code {words[0]})";
    }

    private static string? FindMonitorFailure(AttemptRequest request)
    {
        var words = UntrustedText.ToLine(Read(request, AttemptLayout.MonitorFailedFile)?.Trim()).Split(' ', 3);
        return words.Length < 3
            || !long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var failed)
            || !long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var rounds)
                ? null
            : rounds == 0 ? $"its monitor never ran, and changed nothing: {words[2]}"
            : $"its monitor failed itself in {failed} of {CountText.FormatCount(rounds, "round")}, and changed nothing; last: {words[2]}";
    }

    private static string? Read(AttemptRequest request, string file) =>
        AttemptText.ReadBeginning(request.RunFolder, request.RelativeFolder + "/" + file);
}
