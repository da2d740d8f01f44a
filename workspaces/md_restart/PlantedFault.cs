using System.Diagnostics;
using Common;

namespace MdRestart;

/// <summary>Accidents that a task is told to have in its first attempt, so that the next one can be seen to cope with them.</summary>
/// <param name="TearAt">Step at which only half of the checkpoint is written; null: none.</param>
/// <param name="KillAt">Step after which the process kills itself; null: none.</param>
internal sealed record PlantedFault(int? TearAt, int? KillAt)
{
    /// <summary>Exit code after half a checkpoint (EX_IOERR).</summary>
    public const int TornCode = 74;

    private const string PreviousCause = "MATTERSTACK_PREVIOUS_CAUSE";

    public static PlantedFault Of(int? tearAt, int? killAt) =>
        // The engine says here why the attempt before this one ended. In a first attempt there is nothing to say.
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable(PreviousCause))
            ? new(tearAt, killAt)
            : new(null, null);

    public void Strike(int step, Func<Checkpoint> checkpoint)
    {
        if (step == KillAt)
            // SIGKILL: nothing is saved, flushed or said.
            Process.GetCurrentProcess().Kill();
        if (step != TearAt)
            return;

        var bytes = checkpoint().ToBytes();
        File.WriteAllBytes(Checkpoint.FileName, bytes.AsSpan(0, bytes.Length / 2));
        throw UserError.Refused(TornCode, $"planted: {Checkpoint.FileName} of step {step} is written only half");
    }
}
