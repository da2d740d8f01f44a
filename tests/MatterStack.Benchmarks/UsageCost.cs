namespace MatterStack.Benchmarks;

/// <summary>What it costs to record what attempts used: trivial local tasks, to be compared with the same figure of a build of the commit
/// before, and the part of it that is in the script.</summary>
internal static class UsageCost
{
    private const int Tasks = 2_000;
    private const int Repetitions = 7;
    private const string Trap = "exec 9>exit_code; trap 'echo $? >&9' EXIT\ntrue\n";

    public static IEnumerable<Figure> Measure()
    {
        var all = Cost.Median(Repetitions, RunTasks);
        var (with, without) = Cost.Compare(
            Repetitions,
            () => RunScripts(Trap.Replace("&9'", "&9; command times >&9'", StringComparison.Ordinal)),
            () => RunScripts(Trap)
        );
        yield return Figure.Time(
            $"{Tasks} trivial local tasks with their usage, per task",
            all / Tasks,
            null,
            true,
            "<= 1.03 x the commit before"
        );
        yield return Figure.Time($"{Tasks} scripts that write their times, per script", with / Tasks, without / Tasks, true, "reported");
    }

    private static Cost RunTasks()
    {
        using var campaign = new BenchmarkCampaign(Tasks);
        return Cost.Of(campaign.Loop);
    }

    private static Cost RunScripts(string script)
    {
        using var scratch = new Scratch();
        File.WriteAllText(Path.Combine(scratch.Folder, "run.sh"), script);
        return Shell.Time(scratch.Folder, "/bin/sh", "-c", $"seq {Tasks} | xargs -n1 sh run.sh");
    }
}
