using System.Globalization;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Benchmarks;

/// <summary>What policies about failed attempts add to the planning and the run of a large campaign, and how soon the next attempt
/// begins.</summary>
internal static class RetryCost
{
    private const int Tasks = 20_000;
    private const int TimeOuts = 20;

    public static IEnumerable<Figure> Measure()
    {
        _ = Plan(hasPolicies: true);
        _ = Plan(hasPolicies: false);
        var (with, without) = Cost.Compare(5, () => Plan(hasPolicies: true), () => Plan(hasPolicies: false));
        yield return Figure.Time($"planning {Tasks:N0} tasks with retry policies, against without", with, without, false, "<= 1.05 x");

        _ = Run(hasPolicies: true);
        _ = Run(hasPolicies: false);
        (with, without) = Cost.Compare(3, () => Run(hasPolicies: true), () => Run(hasPolicies: false));
        yield return Figure.Time(
            $"engine alone, {Tasks:N0} tasks with retry policies, init to COMPLETED, against without",
            with,
            without,
            false,
            "<= 1.05 x"
        );
        yield return new("from a time-out to the start of the next local attempt, median", MeasureNextStart(), null, "ms", "reported");
    }

    private static Cost Plan(bool hasPolicies)
    {
        using var campaign = Create(hasPolicies);
        return Cost.Of(campaign.Init);
    }

    private static Cost Run(bool hasPolicies)
    {
        using var campaign = Create(hasPolicies);
        return Cost.Of(campaign.Loop);
    }

    private static BenchmarkCampaign Create(bool hasPolicies) =>
        new(Enumerable.Range(0, Tasks).Select(i => Declare(i, hasPolicies))) { Host = MemoryOperator.Host(waits: false) };

    private static DeclaredTask Declare(int number, bool hasPolicies)
    {
        var metadata = new Dictionary<string, IReadOnlyList<string>>
        {
            ["Command"] = ["true"],
            ["OperatorKey"] = ["local.default"],
            ["MaxAttempts"] = ["3"],
            ["TimeLimitMinutes"] = ["60"],
        };
        if (hasPolicies)
        {
            metadata["RetryOn"] = ["TIMEOUT", "OUT_OF_MEMORY", "EXIT:1-9"];
            metadata["RetryTimeFactor"] = ["2"];
            metadata["RetryMemoryFactor"] = ["2"];
            metadata["RetryDelay"] = ["00:01:00"];
            metadata["OnFailure"] = ["hold"];
        }

        return new("t" + number.ToString(CultureInfo.InvariantCulture), new DeclaredMetadata(metadata, null), null);
    }

    // From the end of each attempt that reached its limit to the start of the next one, as the store has them, in milliseconds.
    private static double MeasureNextStart()
    {
        var metadata = new Dictionary<string, IReadOnlyList<string>>
        {
            ["Command"] = ["sleep 60"],
            ["OperatorKey"] = ["local.default"],
            ["MaxAttempts"] = [(TimeOuts + 1).ToString(CultureInfo.InvariantCulture)],
            ["TimeLimitMinutes"] = ["0.005"],
            ["RetryOn"] = ["TIMEOUT"],
            ["AllowFailure"] = ["true"],
        };
        using var campaign = new BenchmarkCampaign([new DeclaredTask("t", new DeclaredMetadata(metadata, null), null)]);
        campaign.Loop();
        using var reader = new RunReader(campaign.Run);
        var attempts = reader.ReadAttempts().OrderBy(attempt => attempt.AttemptIndex).ToList();
        var gaps = attempts.Zip(attempts.Skip(1), (ended, next) => (next.SubmittedAt!.Value - ended.EndedAt!.Value).TotalMilliseconds);
        var sorted = gaps.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
