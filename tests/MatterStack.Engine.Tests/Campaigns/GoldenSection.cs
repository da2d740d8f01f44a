using MatterStack.Engine.Campaigns;

namespace Search;

/// <summary>What a task writes into results.json.</summary>
public sealed record Measured(double X, double Y);

/// <summary>What the campaign knows: where the least lies, and what has been measured.</summary>
public sealed record Bracket(double Low, double High, IReadOnlyList<Measured> Points);

/// <summary>Finds the least of a function between 0 and 4 by golden-section search.</summary>
public sealed class GoldenSection : Campaign<Bracket>
{
    private static readonly double Golden = (Math.Sqrt(5) - 1) / 2;

    public override Workflow? Plan(Bracket? state)
    {
        var (low, high) = state is null ? (0, 4) : (state.Low, state.High);
        if (high - low < 0.5)
        {
            return null;
        }

        var iteration = (state?.Points.Count ?? 0) / 2;
        return [Measure($"left_{iteration}", high - Golden * (high - low)), Measure($"right_{iteration}", low + Golden * (high - low))];
    }

    public override Bracket Analyze(Bracket? state, TaskResults results)
    {
        state ??= new Bracket(0, 4, []);
        var left = results[$"left_{results.Iteration}"].GetResult<Measured>();
        var right = results[$"right_{results.Iteration}"].GetResult<Measured>();
        IReadOnlyList<Measured> points = [.. state.Points, left, right];
        return left.Y < right.Y ? new Bracket(state.Low, right.X, points) : new Bracket(left.X, state.High, points);
    }

    private static CampaignTask Measure(string id, double x) =>
        new()
        {
            Id = id,
            Command = FormattableString.Invariant(
                $"awk 'BEGIN {{ x = {x:R}; printf \"{{\\\"x\\\": %.17g, \\\"y\\\": %.17g}}\", x, (x - 1.3)^2 }}' > results.json"
            ),
            Outputs = ["results.json"],
            TimeLimitMinutes = 5,
        };
}
