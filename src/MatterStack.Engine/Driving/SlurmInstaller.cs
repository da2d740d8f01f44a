using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Driving;

/// <summary>A chain of jobs: each executes one tick and submits the next.</summary>
/// <param name="machine">This machine.</param>
internal sealed class SlurmInstaller(DriverMachine machine) : DriverInstaller
{
    public override string? FindProblem() =>
        machine.FindFailure(
            "command -v sbatch >/dev/null 2>&1 || { echo 'there is no program sbatch'; exit 1; }\n"
                + "said=$(squeue -h -u \"$(id -u)\" -o %A 2>&1 >/dev/null) || { echo \"Slurm does not answer: $said\"; exit 1; }"
        );

    public override string? FindAdvice(DriverPlan plan) =>
        $"Each node of the cluster must see {plan.Run.Path} and {plan.Dotnet} at these paths.";

    public override IReadOnlyList<(string Place, string Text)> ListEntries(DriverPlan plan) =>
        [
            (
                "job, submitted at once; each submits the next one, which waits for the run's jobs",
                $"sbatch{plan.Follower.ClusterOption} {plan.Follower.FormatOptions(plan.Name)} --export=HOME "
                    + $"{ShellText.QuoteIfNeeded(plan.ScriptFile)}\n"
            ),
        ];

    public override string? Install(DriverPlan plan) => RunScript(plan, DriverScript.Submit);

    public override string? Remove(DriverPlan plan) => RunScript(plan, DriverScript.Remove);

    /// <summary>Whether a job of the driver waits or runs. Returns null if Slurm does not answer.</summary>
    public static bool? HasFollower(DriverMachine machine, DriverPlan plan)
    {
        var (code, output, _) = machine.Run(
            $"squeue{plan.Follower.ClusterOption} -h -u \"$(id -u)\" --name={ShellText.QuoteIfNeeded(plan.Name)} "
                + "-t PENDING,RUNNING -o %A"
        );
        return code == 0 ? output.Length > 0 : null;
    }

    // From a text, since the file may be missing or be of another version.
    private string? RunScript(DriverPlan plan, string word) => machine.FindFailure($"set -- {word}\n{DriverScript.Build(plan)}");
}
