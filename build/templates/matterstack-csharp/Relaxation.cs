using System.Globalization;
using MatterStack.Engine.Campaigns;

namespace LennardJones;

/// <summary>A task's results.json.</summary>
public sealed record Point(double Distance, double Energy);

/// <summary>State of the campaign: the range and best estimate of the distance, and at the end the point of least energy.</summary>
public sealed record Knowledge(double Low, double High, double Best, Point? Minimum);

/// <summary>Finds the distance of least energy: each iteration computes five distances and narrows the range around the best.</summary>
/// <remarks>Both methods are deterministic: after an interruption a run asks again and must get the same answer.</remarks>
public sealed class Relaxation : Campaign<Knowledge>
{
    private const int Points = 5;

    public override Workflow? Plan(Knowledge? state)
    {
        state ??= new Knowledge(0.9, 1.4, double.NaN, null);
        if (state.Minimum is not null)
        {
            return null;
        }

        // Ids are unique in the whole run, so they contain the width of the range.
        if (state.High - state.Low < 0.02)
        {
            return [Energy("minimum", state.Best)];
        }

        var workflow = new Workflow();
        for (var i = 0; i < Points; i++)
        {
            var distance = state.Low + i * (state.High - state.Low) / (Points - 1);
            workflow.Add(Energy(string.Create(CultureInfo.InvariantCulture, $"energy_{state.High - state.Low:0.0000}_{i}"), distance));
        }

        return workflow;
    }

    public override Knowledge Analyze(Knowledge? state, TaskResults results)
    {
        var points = results.Select(r => r.GetResult<Point>()).OrderBy(p => p.Distance).ToList();
        if (points.Count == 1)
        {
            return state! with { Minimum = points[0] };
        }

        // The best point with its two neighbours; at an edge, the three nearest.
        var best = Math.Clamp(points.IndexOf(points.MinBy(p => p.Energy)!), 1, points.Count - 2);
        var (left, middle, right) = (points[best - 1], points[best], points[best + 1]);
        var step = right.Distance - middle.Distance;
        var bend = left.Energy - 2 * middle.Energy + right.Energy;
        return new Knowledge(left.Distance, right.Distance, middle.Distance + step * (left.Energy - right.Energy) / (2 * bend), null);
    }

    private static CampaignTask Energy(string id, double distance) =>
        new()
        {
            Id = id,
            Command = string.Create(CultureInfo.InvariantCulture, $"{{campaign}} energy {distance:R}"),
            Outputs = ["results.json"],
            TimeLimitMinutes = 5,
        };
}
