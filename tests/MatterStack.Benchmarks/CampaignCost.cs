using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Loading;

namespace MatterStack.Benchmarks;

/// <summary>What a campaign class costs: loading, asking and unloading it, and what a loop of many iterations leaves in memory.</summary>
internal static class CampaignCost
{
    private const int Iterations = 500;

    // A command asks twice what is answered soon.
    private static readonly CampaignLoader Once = new(TimeSpan.Zero);

    private static string Assembly => typeof(CampaignCost).Assembly.Location;

    public static IEnumerable<Figure> Measure()
    {
        Ask();
        Bare();
        var (ours, floor) = Cost.Compare(21, () => Cost.Of(Ask), () => Cost.Of(Bare));
        yield return Figure.Time(
            "loading a campaign class, asking it once, unloading",
            ours,
            floor,
            true,
            "floor: a bare load context, the same bytes, its types listed"
        );
        var cold = Isolated.Run("campaign-cold", 0).Select(Cost.Parse).ToList();
        yield return Figure.Time("the same in a fresh process", cold[0], cold[1], true, "reported");
        // Kilobytes after 100 iterations and at the end.
        var memory = Isolated.Run("campaign-loop", Iterations).Select(line => double.Parse(line, CultureInfo.InvariantCulture)).ToList();
        yield return new(
            $"managed memory after a loop of {Iterations} iterations, against after its first 100",
            memory[1] / 1e6,
            memory[0] / 1e6,
            "MB",
            "<= 1.5 x"
        );
        yield return new($"load contexts still there after {Iterations} iterations and a collection", memory[2], null, "", "0");
    }

    /// <summary>Ours, then the floor, each once.</summary>
    public static IEnumerable<string> Cold()
    {
        yield return Cost.Of(Ask).ToString();
        yield return Cost.Of(Bare).ToString();
    }

    /// <summary>Bytes in use after 100 iterations and after all, and load contexts left.</summary>
    public static IEnumerable<string> Loop()
    {
        var sizes = new List<long>();
        foreach (var rounds in new[] { typeof(FewRounds), typeof(Rounds) })
        {
            using var campaign = new BenchmarkCampaign(rounds) { Host = MemoryOperator.Host(waits: false) };
            campaign.Loop();
            sizes.Add(Settled());
        }

        foreach (var size in sizes)
        {
            yield return size.ToString(CultureInfo.InvariantCulture);
        }

        yield return AssemblyLoadContext.All.Count(c => c.Name == "campaign").ToString(CultureInfo.InvariantCulture);
    }

    private static long Settled()
    {
        for (var i = 0; i < 5; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static void Ask() =>
        Once.AskCampaign(
            new CampaignQuestion(Assembly, typeof(Rounds).FullName!, new SourceLocator(Assembly, null)),
            CancellationToken.None
        );

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Bare()
    {
        var context = new AssemblyLoadContext("bare", isCollectible: true);
        _ = context.LoadFromStream(new MemoryStream(File.ReadAllBytes(Assembly))).GetType(typeof(Rounds).FullName!, throwOnError: true);
        context.Unload();
    }

    /// <summary>One task an iteration.</summary>
    public class Rounds : Campaign<Rounds.Counter>
    {
        /// <summary>How many iterations.</summary>
        protected virtual int Of => Iterations;

        public override Workflow? Plan(Counter? state) =>
            state?.Done >= Of
                ? null
                : [new() { Id = string.Create(CultureInfo.InvariantCulture, $"t{state?.Done ?? 0}"), Command = "true" }];

        public override Counter Analyze(Counter? state, TaskResults results) => new((state?.Done ?? 0) + results.Count);

        public sealed record Counter(int Done);
    }

    /// <summary>Fewer.</summary>
    public sealed class FewRounds : Rounds
    {
        protected override int Of => 100;
    }
}
