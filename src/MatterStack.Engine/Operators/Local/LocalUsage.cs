using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Processes;
using MatterStack.Engine.Operators.Scripts;

namespace MatterStack.Engine.Operators.Local;

/// <summary>Determines what a local attempt used: from the system if this process started it, otherwise from its script.</summary>
internal static class LocalUsage
{
    /// <summary>Adds usage and machine to an attempt's end.</summary>
    /// <param name="ending">The end.</param>
    /// <param name="request">The attempt.</param>
    /// <param name="options">The site.</param>
    /// <param name="process">Its process; null if it is not known.</param>
    /// <param name="end">How the process ended, as its parent knows.</param>
    /// <param name="supervision">Its supervision; null if it had ended before it was looked for.</param>
    public static AttemptEnd AddUsage(
        AttemptEnd ending,
        AttemptRequest request,
        LocalOptions options,
        ProcessIdentity? process,
        ProcessEnd end,
        ProcessSupervisor? supervision
    )
    {
        var usage = RunsOutside(request, options)
            ? new AttemptUsage { Note = UsageNotes.InContainer }
            : CreateUsage(request, end, supervision);
        var (started, wall, note) = supervision is not null
            ? (supervision.StartedAt, supervision.Age, null)
            : FindTimes(request, ending.ExitCode is not null);
        return ending with
        {
            Node = process?.Host ?? LocalProtocol.ReadOrigin(request)?.Host,
            Usage = usage with
            {
                StartedAt = started,
                // There is no queue: an attempt that has no free cores is not submitted.
                QueueTime = started is null ? null : TimeSpan.Zero,
                WallTime = wall,
                Note = UsageNotes.Join(note, usage.Note),
            },
        };
    }

    private static AttemptUsage CreateUsage(AttemptRequest request, ProcessEnd end, ProcessSupervisor? supervision)
    {
        if (end is { Usage: { } used, Signal: null })
        {
            return new AttemptUsage
            {
                CpuTime = used.CpuTime,
                PeakMemoryBytes = used.PeakMemoryBytes,
                Source = UsageSource.Wait4,
                Note = used.MemoryNote,
            };
        }

        // A script that was killed has not waited for its processes: what the system knows of it is too little.
        if (ExitCodeFile.ReadCpuTime(request) is { } time)
        {
            return new AttemptUsage
            {
                CpuTime = time,
                Source = UsageSource.Times,
                Note = UsageNotes.MemoryOfChildrenOnly,
            };
        }

        return supervision?.UsageAtEnd is { } measured
            ? new AttemptUsage
            {
                CpuTime = measured.CpuTime,
                PeakMemoryBytes = measured.PeakMemoryBytes,
                Source = UsageSource.Processes,
            }
            : new AttemptUsage
            {
                Note = end.Signal is not null
                    ? UsageNotes.EndedWithShell
                    : UsageNotes.Join(UsageNotes.NoTimes, UsageNotes.MemoryOfChildrenOnly),
            };
    }

    // The client of Docker or Podman uses next to nothing.
    private static bool RunsOutside(AttemptRequest request, LocalOptions options) =>
        options.Container is { Engine: not ContainerCommand.Apptainer }
        && (
            request.Task.Image is not null || options.Codes.FindUsedCodes(request.Task.Commands).Any(static code => code.Image is not null)
        );

    // Nobody saw its end. The script is written just before it is started, and the exit code at its end.
    private static (DateTimeOffset? Started, TimeSpan? Wall, string? Note) FindTimes(AttemptRequest request, bool hasEnded)
    {
        var started = request.SubmittedAt ?? LocalProtocol.FindScriptTime(request);
        if (started is not { } begin || !hasEnded || ExitCodeFile.FindWriteTime(request) is not { } end)
        {
            return (started, null, UsageNotes.NotSeen);
        }

        return end < begin ? (started, null, UsageNotes.ClockSetBack) : (started, end - begin, null);
    }
}
