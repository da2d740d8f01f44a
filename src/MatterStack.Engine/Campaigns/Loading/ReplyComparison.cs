using System.Text;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Whether a campaign says the same again.</summary>
internal static class ReplyComparison
{
    /// <summary>What it said the second time in place of the first; null if it said the same.</summary>
    public static string? Difference(CampaignReply first, CampaignReply second)
    {
        if (first.State != second.State)
        {
            return Differ("Analyze made of the same results the state", first.State ?? "null", second.State ?? "null");
        }

        var (told, again) = (Told(first), Told(second));
        return told == again ? null : Differ("Plan answered the same state with", told, again);
    }

    private static string Differ(string who, string first, string second) => $"{who} {TextDifference.Around(first, second)}, and the second time {TextDifference.Around(second, first)}";

    private static string Told(CampaignReply reply) => reply.Tasks is null ? "the end"
        : string.Join(' ', reply.Tasks.Select(t => $"{t.Id}@{t.OperatorKey}:{Encoding.UTF8.GetString(TaskJson.Write(new PlannedTask(t, [])))}[{string.Join(';', t.Files)}]"));
}
