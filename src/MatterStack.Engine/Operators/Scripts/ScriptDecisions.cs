using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Scripts;

/// <summary>Files in an attempt's folder in which its script leaves what it has decided: that the stop signal was sent, and that the
/// attempt begins without the files of the last one.</summary>
internal static class ScriptDecisions
{
    /// <summary>Returns an end with what the script has decided.</summary>
    public static AttemptEnd AddDecisions(AttemptEnd end, AttemptRequest request) =>
        end with
        {
            WasSignalled =
                end.WasSignalled || (request.Task.StopSignal is not null && Read(request, AttemptLayout.StopSignalFile) is not null),
            NotCarriedReason = end.NotCarriedReason ?? FindNotCarriedReason(request),
        };

    /// <summary>Why an attempt began without the files that it was to begin with; null if it did not.</summary>
    public static string? FindNotCarriedReason(AttemptRequest request) =>
        request.Carried.Count > 0 && Read(request, AttemptLayout.NotCarriedFile) is { } reason ? UntrustedText.ToLine(reason.Trim()) : null;

    /// <summary>The files that an attempt really began with.</summary>
    public static IReadOnlyList<LeftFile> GetCarried(AttemptRequest request) =>
        FindNotCarriedReason(request) is null ? request.Carried : [];

    private static string? Read(AttemptRequest request, string file) =>
        AttemptText.ReadBeginning(request.RunFolder, request.RelativeFolder + "/" + file);
}
