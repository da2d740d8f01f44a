using System.Text;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Compares two answers of a campaign.</summary>
internal static class ReplyComparison
{
    /// <summary>Describes the difference between two answers; null if they are equal.</summary>
    public static string? Difference(CampaignReply first, CampaignReply second)
    {
        if (first.State != second.State)
        {
            return Differ("For the same results Analyze returned the state", first.State ?? "null", second.State ?? "null");
        }

        var (told, again) = (Told(first), Told(second));
        return told == again ? null : Differ("For the same state Plan returned", told, again);
    }

    private static string Differ(string who, string first, string second) => $"{who} {TextDifference.Around(first, second)}, and the second time {TextDifference.Around(second, first)}";

    private static string Told(CampaignReply reply) => reply.Tasks is null ? "the end"
        : string.Join(' ', reply.Tasks.Select(t => $"{t.Id}@{t.OperatorKey}:{Encoding.UTF8.GetString(TaskJson.Write(new PlannedTask(t, [])))}[{string.Join(';', t.Files)}]"));
}
