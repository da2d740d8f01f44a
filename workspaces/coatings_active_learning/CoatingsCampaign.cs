using System.Globalization;
using System.Text.Json.Serialization;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Identity;

namespace CoatingsActiveLearning;

/// <summary>What the campaign remembers between rounds.</summary>
/// <param name="Alloys">All that was computed.</param>
/// <param name="Next">What the surrogate wants to see next, as <c>4,8,4</c>; empty when nothing promises enough.</param>
/// <param name="Promises">Expected growth of the dominated area before each round, as a share of it.</param>
/// <param name="Hypervolumes">Dominated area after each round, meV pm.</param>
/// <param name="Reported">Whether the front has been written.</param>
public sealed record CoatingsState(
    IReadOnlyList<Alloyed> Alloys,
    IReadOnlyList<string> Next,
    IReadOnlyList<double> Promises,
    IReadOnlyList<double> Hypervolumes,
    bool Reported
);

/// <summary>An alloy that was computed, as the state keeps it.</summary>
/// <param name="Composition">Sixteenths of the metals, as <c>4,8,4</c>.</param>
/// <param name="MixingEnergy">meV per atom.</param>
/// <param name="Distortion">pm.</param>
public sealed record Alloyed(string Composition, double MixingEnergy, double Distortion);

/// <summary>Computes a few alloys, learns from them which ones to compute next, and ends when none promises enough.</summary>
public sealed class CoatingsCampaign : Campaign<CoatingsState>
{
    private const string Metals = "Cu,Ag,Au";

    /// <summary>Where it ends in any case: the front is not worth more than half of the grid.</summary>
    private const int MostAlloys = 76;

    /// <inheritdoc />
    public override Workflow? Plan(CoatingsState? state) =>
        state switch
        {
            null => Evaluate(Search.Beginning.Select(composition => composition.ToString())),
            { Next.Count: > 0 } => Evaluate(state.Next),
            { Reported: false } => Report(state),
            _ => null,
        };

    /// <inheritdoc />
    public override CoatingsState Analyze(CoatingsState? state, TaskResults results)
    {
        if (state is { Next.Count: 0 })
            return state with { Reported = true };

        var alloys = (state?.Alloys ?? []).Concat(results.Select(Alloyed)).ToList();
        var evaluated = alloys
            .Select(alloy => new Evaluated(Composition.Parse(alloy.Composition, metals: 3), alloy.MixingEnergy, alloy.Distortion))
            .ToList();
        var proposal = Search.Propose(evaluated);
        return new CoatingsState(
            alloys,
            alloys.Count < MostAlloys ? proposal.Compositions.Select(composition => composition.ToString()).ToList() : [],
            [.. state?.Promises ?? [], proposal.BestImprovement],
            [.. state?.Hypervolumes ?? [], Search.FrontOf(evaluated).Hypervolume],
            Reported: false
        );
    }

    private static Workflow Evaluate(IEnumerable<string> compositions)
    {
        var workflow = new Workflow();
        foreach (var composition in compositions)
            workflow.Add(
                new CampaignTask
                {
                    Id = TaskOf(composition),
                    Command = $"{{campaign}} evaluate --metals {Metals} --composition {composition}",
                    Outputs = ["results.json"],
                }
            );
        return workflow;
    }

    private static Workflow Report(CoatingsState state) =>
        [
            new CampaignTask
            {
                Id = "front",
                Command =
                    $"{{campaign}} front --metals {Metals} --areas {Listed(state.Hypervolumes, "0.00")} "
                    + $"--promises {Listed(state.Promises, "0.00000")}",
                DependsOn = [.. state.Alloys.Select(alloy => TaskOf(alloy.Composition))],
                Outputs = ["front.json", "results.json"],
                Figures = ["pareto.json", "area.json", "promise.json"],
            },
        ];

    private static string Listed(IEnumerable<double> numbers, string format) =>
        string.Join(',', numbers.Select(number => number.ToString(format, CultureInfo.InvariantCulture)));

    private static TaskId TaskOf(string composition) => "alloy_" + composition.Replace(',', '_');

    private static Alloyed Alloyed(TaskResult task)
    {
        var result = task.GetResult<Result>();
        return new Alloyed(result.Composition, result.MixingEnergyMevPerAtom, result.DistortionPm);
    }

    private sealed record Result(
        string Composition,
        [property: JsonPropertyName("mixing_energy_mev_per_atom")] double MixingEnergyMevPerAtom,
        [property: JsonPropertyName("distortion_pm")] double DistortionPm
    );
}
