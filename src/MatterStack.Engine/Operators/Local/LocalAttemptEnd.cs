using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;
using MatterStack.Engine.Operators.Processes;
using MatterStack.Engine.Operators.Scripts;

namespace MatterStack.Engine.Operators.Local;

/// <summary>Describes the end of an attempt's command: its exit code, the cause of the end, and processes that live on.</summary>
internal static class LocalAttemptEnd
{
    // A shell reports the signal that ended its child as 128 and its number.
    private const int SignalExitCodeBase = 128;

    /// <summary>Creates the end before outputs are collected.</summary>
    public static AttemptEnd CreateEnd(
        AttemptRequest request,
        int? code,
        int? signal,
        ProcessSupervisor? supervision,
        OutOfMemoryDetector memory
    )
    {
        EndCause? cause =
            supervision?.Reason is not null ? (supervision.IsCancelled ? EndCause.Cancelled : EndCause.TimeLimit)
            : code is not null ? null
            : signal is not null ? EndCause.Signal
            : EndCause.Lost;
        var endedBy = supervision?.Reason
            ?? (
                code is not null ? null
                : signal is { } number ? $"ended by signal {number}" + (number == 9 ? $" ({OutOfMemoryDetector.KilledHint})" : "")
                : !Directory.Exists(request.Folder) ? $"its folder {request.Folder} is gone (purged?), and its exit code with it"
                : "its process is gone and left no exit code (killed, the machine was restarted, or the disk was full)"
            );
        return new AttemptEnd
        {
            ExitCode = code,
            Cause = cause,
            EndedBy = endedBy,
            IsCancelled = supervision?.IsCancelled ?? false,
            FailureNote =
                endedBy is null && code is not null and not 0
                    ? ModuleCommands.FindFailure(request, code) ?? memory.FindHint(request, code.Value)
                    : null,
        };
    }

    /// <summary>Whether remaining processes must end first, because another attempt follows or the attempt was killed. Otherwise background
    /// processes of an ended command continue.</summary>
    public static bool MustEndProcesses(AttemptRequest request, AttemptEnd ending) =>
        AttemptOutcomes.Classify(ending).Outcome == AttemptOutcome.Failed
        && (
            request.Index < request.Task.MaxAttempts
            || request.Task.Carry.Count > 0
            || ending.EndedBy is not null
            || ending.ExitCode > SignalExitCodeBase
        );

    /// <summary>Adds the processes that live on to an attempt's end. No other attempt follows it.</summary>
    public static AttemptEnd AddRemainingProcesses(AttemptEnd ending, IReadOnlyList<AttemptProcess> left) =>
        left.Count == 0
            ? ending
            : ending with
            {
                StillRunning =
                    $"{ProcessTerminator.DescribeProcesses(left)} of the attempt cannot be ended from here and may still run: "
                    + $"end {(left.Count == 1 ? "it" : "them")} by hand before the task is run again",
            };
}
