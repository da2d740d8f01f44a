using System.Globalization;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;

namespace MatterStack.Benchmarks;

/// <summary>Export and verification of a run with many attempts, against <c>tar</c> and <c>sha256sum</c> over the same files.</summary>
internal static class EvidenceCost
{
    private const int Attempts = 10_000;

    public static IEnumerable<Figure> Measure()
    {
        using var campaign = new BenchmarkCampaign(Attempts, "echo $MATTERSTACK_TASK_ID");
        campaign.Loop();
        var run = campaign.Run.Path;
        var (export, tar) = Cost.Compare(
            3,
            () => Export(campaign),
            () => Shell.Time(run, "tar", "-cf", "/dev/shm/matterstack-bench.tar", "tasks")
        );
        File.Delete("/dev/shm/matterstack-bench.tar");
        yield return Figure.Time($"exporting {Attempts} attempts, against tar of their folders into memory", export, tar, false, "seconds");
        var copies = 0;
        yield return Figure.Time(
            "the same, against cp -a of their folders",
            export,
            Cost.Median(3, () => Shell.Time(run, "cp", "-a", "tasks", FormattableString.Invariant($"../copy{copies++}"))),
            false,
            "reported"
        );
        yield return Figure.Time(
            "exporting them again, nothing changed",
            Cost.Median(3, () => Cost.Of(() => Expect(ExportEvidenceCommand.Execute(campaign.Context)))),
            null,
            false,
            "reported"
        );
        var (verify, sums) = Cost.Compare(
            3,
            () => Cost.Of(() => Expect(VerifyEvidenceCommand.Execute(campaign.Context))),
            () => Shell.Time(campaign.Run.EvidenceFolder, "sha256sum", "-c", "--quiet", "manifest-sha256.txt")
        );
        yield return Figure.Time("verifying that, against sha256sum -c", verify, sums, false, "seconds");
        var (many, few) = (Peaks(Attempts), Peaks(Attempts / 10));
        foreach (var (i, what) in new[] { "exporting", "verifying" }.Index())
        {
            yield return new(
                $"memory that {what} {Attempts} attempts takes besides, against {Attempts / 10}, each in a process of its own",
                many[i],
                few[i],
                "MB",
                "bounded"
            );
        }
    }

    /// <summary>Peak of exporting and of verifying a run with so many attempts, kB over what the process has before.</summary>
    public static IEnumerable<string> Memory(int attempts)
    {
        using var campaign = new BenchmarkCampaign(attempts, "echo $MATTERSTACK_TASK_ID");
        campaign.Loop();
        yield return Isolated
            .PeakMemoryOf(() => Expect(ExportEvidenceCommand.Execute(campaign.Context)))
            .ToString(CultureInfo.InvariantCulture);
        yield return Isolated
            .PeakMemoryOf(() => Expect(VerifyEvidenceCommand.Execute(campaign.Context)))
            .ToString(CultureInfo.InvariantCulture);
    }

    private static double[] Peaks(int attempts) =>
        [.. Isolated.Run("export", attempts).Select(kilobytes => double.Parse(kilobytes, CultureInfo.InvariantCulture) * 1024 / 1e6)];

    private static Cost Export(BenchmarkCampaign campaign)
    {
        // Not deleted: a file system that has just lost so many files looks for each new one's place with care.
        if (Directory.Exists(campaign.Run.EvidenceFolder))
        {
            Directory.Move(campaign.Run.EvidenceFolder, campaign.Run.EvidenceFolder + Guid.NewGuid());
        }

        return Cost.Of(() => Expect(ExportEvidenceCommand.Execute(campaign.Context)));
    }

    private static void Expect(CommandResult result)
    {
        if (!result.Success)
        {
            throw new InvalidOperationException("the command failed");
        }
    }
}
