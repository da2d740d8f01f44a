using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;

namespace MatterStack.Benchmarks;

/// <summary>The page of all runs: the command that reads them all, and an update by a loop, against <c>ListRuns</c>.</summary>
internal static class OverviewCost
{
    private const int Runs = 200;
    private const int Tasks = 50;

    public static IEnumerable<Figure> Measure()
    {
        using var campaign = new BenchmarkCampaign(Tasks, "true");
        for (var i = 0; i < Runs; i++)
        {
            Expect(TickCommand.Loop(campaign.CreateContext(new RunArguments { NewRun = true }), campaign.Source, CancellationToken.None));
        }

        // So that the summaries may be kept: a run that has just changed is read again.
        foreach (var file in Directory.EnumerateFiles(campaign.Workspace.RunsDirectory, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(-1));
        }

        var all = new RunArguments { All = true };
        var (write, list) = Cost.Compare(
            5,
            () => Cost.Of(() => Expect(ReportCommand.Execute(campaign.CreateContext(all)))),
            () => Cost.Of(() => Expect(ListRunsCommand.Execute(campaign.CreateContext(new RunArguments()))))
        );
        yield return Figure.Time($"page of {Runs} runs of {Tasks} tasks, against ListRuns", write, list, false, "seconds");
        yield return Figure.Time(
            "updating it at the end of a loop, no other run changed, against ListRuns",
            Cost.Median(5, () => Cost.Of(() => OverviewCommand.LivePage.Write(campaign.Context, campaign.Run))),
            list,
            false,
            "reported"
        );
        yield return new(
            "its size",
            new FileInfo(Path.Combine(campaign.Workspace.RunsDirectory, "index.html")).Length / 1e6,
            null,
            "MB",
            "reported"
        );
    }

    private static void Expect(CommandResult result)
    {
        if (!result.Success)
        {
            throw new InvalidOperationException("the command failed");
        }
    }
}
