namespace MatterStack.Engine.Lifecycle;

/// <summary>Derives the outcome of an attempt from the facts about its end.</summary>
internal static class Verdicts
{
    public static AttemptState.Ended On(Ending ending)
    {
        var ended = Judge(ending);
        return ending.LivesOn is { } left ? new(ended.Outcome == Outcome.Completed ? Outcome.Failed : ended.Outcome, ended.Reason is null ? left : $"{ended.Reason}; {left}", ended.ExitCode) : ended;
    }

    private static AttemptState.Ended Judge(Ending ending)
    {
        if (ending.Cancelled)
        {
            return new(Outcome.Cancelled, ending.EndedBy ?? "cancelled", ending.ExitCode);
        }

        var reason = ending.EndedBy
            ?? (ending.ExitCode is not (null or 0) ? ending.ExitCode switch
            {
                127 => "exit code 127 (command not found)",
                126 => "exit code 126 (command not executable)",
                137 => "exit code 137 (ended by signal 9: killed; perhaps the machine ran out of memory)",
                > 128 and <= 192 and var code => $"exit code {code} (ended by signal {code - 128})",
                var code => $"exit code {code}",
            } + (ending.Remark is null ? "" : $" ({ending.Remark})")
            : null)
            ?? (ending.MissingOutputs.Count > 0 ? "declared outputs were not produced: " + string.Join(", ", ending.MissingOutputs) + (ending.Remark is null ? "" : $" ({ending.Remark})") : null)
            ?? ending.CollectProblem;
        return reason is null ? new(Outcome.Completed, ending.NotKnown, ending.ExitCode)
            : new(Outcome.Failed, ending.NotKnown is null ? reason : $"{reason}; {ending.NotKnown}", ending.ExitCode);
    }
}
