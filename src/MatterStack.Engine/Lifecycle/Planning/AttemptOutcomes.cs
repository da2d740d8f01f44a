using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Derives the outcome of an attempt from the facts about its end.</summary>
internal static class AttemptOutcomes
{
    public static AttemptState.Ended Classify(AttemptEnd ending)
    {
        var ended = DeriveOutcome(ending);
        return ending.StillRunning is not { } left
            ? ended
            : ended with
            {
                Outcome = ended.Outcome == AttemptOutcome.Completed ? AttemptOutcome.Failed : ended.Outcome,
                Reason = ended.Reason is null ? left : $"{ended.Reason}; {left}",
                Cause = ended.Cause ?? ending.Cause ?? EndCause.Lost,
            };
    }

    // The exit code of a shell whose program was ended by a signal: 128 and the number of the signal.
    private static EndCause? DeriveCause(AttemptEnd ending) =>
        ending switch
        {
            { Cause: { } known } => known,
            { EndedBy: null, Verdict: { } name } => EndCauseText.FindStoredCause(name),
            { EndedBy: not null } => null,
            { ExitCode: > 128 and <= 192 } => EndCause.Signal,
            { ExitCode: not (null or 0) } => EndCause.Exited,
            _ => EndCause.OutputsMissing,
        };

    private static bool IsWithoutSuccessMark(AttemptEnd ending) => EndCauseText.FindStoredCause(ending.Verdict) == EndCause.NoSuccessMark;

    private static string FindStopProblem(AttemptEnd ending) =>
        ending.VerdictReason
        ?? ending.Verdict
        ?? ending.CollectionProblem
        ?? "declared outputs were not produced: " + string.Join(", ", ending.MissingOutputs);

    private static AttemptState.Ended DeriveOutcome(AttemptEnd ending)
    {
        if (ending.IsCancelled)
        {
            return new(AttemptOutcome.Cancelled, ending.EndedBy ?? "cancelled", ending.ExitCode, EndCause.Cancelled);
        }

        if (ending is { Stop: { } stop, Cause: null, EndedBy: null })
        {
            return ending is { Verdict: null, MissingOutputs.Count: 0, CollectionProblem: null }
                ? new(AttemptOutcome.Completed, ending.UnknownFacts, stop.ExitCode is 0 ? 0 : null)
                : new(AttemptOutcome.Failed, $"{stop.Reason}; {FindStopProblem(ending)}", stop.ExitCode, EndCause.Stopped);
        }

        var reason = ending.EndedBy
            ?? (
                ending.ExitCode is not (null or 0)
                    ? ending.ExitCode switch
                    {
                        ExitCodes.NotFound => "exit code 127 (command not found)",
                        ExitCodes.NotExecutable => "exit code 126 (command not executable)",
                        137 => "exit code 137 (ended by signal 9: killed; perhaps the machine ran out of memory)",
                        > ExitCodes.SignalOffset and <= 192 and var code =>
                            $"exit code {code} (ended by signal {code - ExitCodes.SignalOffset})",
                        var code => $"exit code {code}",
                    } + (ending.FailureNote is null ? "" : $" ({ending.FailureNote})")
                    : null
            )
            ?? (
                ending.MissingOutputs.Count > 0
                    ? "declared outputs were not produced: "
                        + string.Join(", ", ending.MissingOutputs)
                        + (ending.FailureNote is null ? "" : $" ({ending.FailureNote})")
                    : null
            )
            ?? ending.CollectionProblem
            // An end with a cause is no success.
            ?? ending.Cause?.ToText();
        if (ending is { WasSignalled: true, Cause: null, EndedBy: null } && (reason is not null || IsWithoutSuccessMark(ending)))
        {
            // The command ended because its time was over, whatever its exit code.
            return new(
                AttemptOutcome.Failed,
                $"TIMEOUT: it ended after its stop signal, before its time limit ({reason ?? ending.VerdictReason ?? ending.Verdict})",
                ending.ExitCode,
                EndCause.TimeLimit
            );
        }

        if (ending is { Cause: null, EndedBy: null, Verdict: { } verdict })
        {
            reason = ending.VerdictReason ?? verdict;
        }

        return reason is null
            ? new(AttemptOutcome.Completed, ending.UnknownFacts, ending.ExitCode)
            : new(
                AttemptOutcome.Failed,
                ending.UnknownFacts is null ? reason : $"{reason}; {ending.UnknownFacts}",
                ending.ExitCode,
                DeriveCause(ending)
            )
            {
                Verdict = ending.Verdict,
            };
    }
}
