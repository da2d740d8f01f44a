using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Exchange;

/// <summary>The file that says why a request was withdrawn: the reason, and a last line with the cause. The engine writes the file, but a
/// user may replace it.</summary>
internal static class WithdrawalFile
{
    private const string CausePrefix = "\ncause: ";
    private const int MaxCauseLength = 40;

    /// <param name="reason">The reason, as text for people.</param>
    /// <param name="end">The end that follows.</param>
    public static string FormatText(string reason, AttemptEnd end) =>
        end.IsCancelled ? $"{reason}{CausePrefix}{EndCause.Cancelled.ToText()}\n"
        : end.Cause is { } cause ? $"{reason}{CausePrefix}{cause.ToText()}\n"
        : reason + "\n";

    /// <summary>Reads the reason and the cause.</summary>
    /// <param name="runFolder">The run's folder.</param>
    /// <param name="relative">The file's path, relative to that folder.</param>
    public static (string Reason, EndCause Cause) Read(string runFolder, string relative)
    {
        string text;
        try
        {
            using var reader = new StreamReader(TaskFile.OpenRead(runFolder, relative));
            var words = new char[UntrustedText.MaxReasonLength + CausePrefix.Length + MaxCauseLength];
            text = new string(words, 0, reader.ReadBlock(words)).TrimEnd('\n');
        }
        catch (RefusedFileException e)
        {
            return ($"{Path.GetFileName(relative)} is not read: {e.Message}", EndCause.Cancelled);
        }

        var at = text.LastIndexOf(CausePrefix, StringComparison.Ordinal);
        var cause = at < 0 ? null : EndCauseText.FindEndCause(text[(at + CausePrefix.Length)..]);
        var reason = cause is null ? text : text[..at];
        return (
            reason.Length > UntrustedText.MaxReasonLength ? reason[..UntrustedText.MaxReasonLength] : reason,
            cause ?? DeriveCause(reason)
        );
    }

    // Earlier versions wrote the reason only, and began it with this word at the time limit.
    private static EndCause DeriveCause(string reason) =>
        reason.StartsWith(EndCause.TimeLimit.ToText(), StringComparison.Ordinal) ? EndCause.TimeLimit : EndCause.Cancelled;
}
