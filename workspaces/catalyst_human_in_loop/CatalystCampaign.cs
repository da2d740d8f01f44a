using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Identity;

namespace CatalystHumanInLoop;

/// <summary>What the campaign remembers between rounds.</summary>
/// <param name="Approved">The surfaces that the person named.</param>
/// <param name="IsRanked">Whether they have been computed and ranked.</param>
public sealed record CatalystState(IReadOnlyList<string> Approved, bool IsRanked);

/// <summary>Surveys all surfaces, asks a person which ones are worth more, computes those and no others, and ranks them.</summary>
public sealed class CatalystCampaign : Campaign<CatalystState>
{
    private static readonly string[] Metals = ["Ni", "Cu", "Rh", "Pd", "Ag", "Ir", "Pt", "Au", "Al"];

    /// <inheritdoc />
    public override Workflow? Plan(CatalystState? state) =>
        state switch
        {
            null => Survey(),
            { IsRanked: false } => Compute(state.Approved),
            _ => null,
        };

    /// <inheritdoc />
    public override CatalystState Analyze(CatalystState? state, TaskResults results)
    {
        if (state is not null)
            return state with { IsRanked = true };

        // Who approves without naming surfaces approves what was proposed.
        var answer = results["approve"];
        var approved = answer.HasResult ? answer.GetResult<Answer>().Approved : null;
        approved ??= results["propose"].GetResult<Proposed>().Shortlist;
        return new CatalystState([.. approved.Distinct(StringComparer.Ordinal)], IsRanked: false);
    }

    private static Workflow Survey()
    {
        var workflow = new Workflow();
        var survey = new List<TaskId>();
        foreach (var metal in Metals)
        foreach (var face in Candidate.Faces)
        {
            var candidate = new Candidate(metal, face);
            survey.Add($"survey_{candidate}");
            workflow.Add(
                new CampaignTask
                {
                    Id = $"survey_{candidate}",
                    Command = $"{{campaign}} survey --candidate {candidate}",
                    Outputs = ["results.json"],
                }
            );
        }

        workflow.Add(
            new CampaignTask
            {
                Id = "propose",
                Command = "{campaign} propose",
                DependsOn = survey,
                Outputs = ["proposal.md", "results.json"],
            }
        );
        workflow.Add(
            new CampaignTask
            {
                Id = "approve",
                Kind = TaskKind.Gate,
                DependsOn = ["propose"],
                Files = ["schema.json"],
                Message =
                    "Which surfaces are worth relaxing? work/deps/propose/proposal.md has the survey. Approve as proposed, "
                    + "or name them with -p:DataFile.",
            }
        );
        return workflow;
    }

    private static Workflow Compute(IReadOnlyList<string> approved)
    {
        var workflow = new Workflow();
        var computed = new List<TaskId>();
        foreach (var candidate in approved)
        {
            Add($"surface_{candidate}", $"surface --candidate {candidate}");
            Add($"vacancy_{candidate}", $"defect --candidate {candidate} --kind vacancy");
            Add($"adatom_{candidate}", $"defect --candidate {candidate} --kind adatom");
        }

        workflow.Add(
            new CampaignTask
            {
                Id = "rank",
                Command = "{campaign} rank",
                DependsOn = computed,
                Outputs = ["ranking.json", "results.json"],
            }
        );
        return workflow;

        void Add(string id, string command)
        {
            computed.Add(id);
            workflow.Add(
                new CampaignTask
                {
                    Id = id,
                    Command = "{campaign} " + command,
                    Outputs = ["results.json"],
                }
            );
        }
    }

    private sealed record Answer(IReadOnlyList<string>? Approved);

    private sealed record Proposed(IReadOnlyList<string> Shortlist);
}
