using MatterStack.Engine.Lifecycle;

namespace MatterStack.Engine.Operators.Local;

/// <summary>What is known when an attempt's command is over: from its exit code, from what ended it, and from what lives on.</summary>
internal static class LocalVerdict
{
    // A shell reports the signal that ended its child as 128 and its number.
    private const int LeastOfSignals = 128;

    /// <summary>The ending before outputs are looked for.</summary>
    public static Ending Of(AttemptOrder order, int? code, int? signal, Supervision? supervision, MemoryPressure memory)
    {
        var endedBy = supervision?.Reason ?? (code is not null ? null
            : signal is { } number ? $"ended by signal {number}" + (number == 9 ? $" ({MemoryPressure.KilledHint})" : "")
            : !Directory.Exists(order.Folder) ? $"its folder {order.Folder} is gone (purged?), and its exit code with it"
            : "its process is gone and left no exit code (killed, the machine was restarted, or there was no room to write it)");
        return new Ending
        {
            ExitCode = code,
            EndedBy = endedBy,
            Cancelled = supervision?.Cancelled ?? false,
            Remark = endedBy is null && code is not null and not 0 ? memory.HintFor(order, code.Value) : null,
        };
    }

    /// <summary>Whether what it left running has to be gone before anything else happens: another attempt follows, or it was killed. What an ended command leaves in the background goes on otherwise.</summary>
    public static bool MustLeaveNothing(AttemptOrder order, Ending ending) =>
        Verdicts.On(ending).Outcome == Outcome.Failed && (order.Index < order.Task.MaxAttempts || ending.EndedBy is not null || ending.ExitCode > LeastOfSignals);

    /// <summary>The ending of an attempt of which processes live on: no other follows it.</summary>
    public static Ending WithLeft(Ending ending, IReadOnlyList<AttemptProcess> left) => left.Count == 0 ? ending : ending with
    {
        LivesOn = $"{ProcessEnding.Words(left)} of it cannot be ended from here and may go on: end {(left.Count == 1 ? "it" : "them")} by hand before the task is run again",
    };
}
