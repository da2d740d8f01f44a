using System.Text;
using MatterStack.Engine.Campaigns.Declarations;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Compares two answers of a campaign.</summary>
internal static class AnswerComparison
{
    /// <summary>Describes the difference between two answers; null if they are equal.</summary>
    public static string? FindDifference(CheckedAnswer first, CheckedAnswer second)
    {
        if (first.State != second.State)
        {
            return DescribeDifference("For the same results Analyze returned the state", first.State ?? "null", second.State ?? "null");
        }

        var (told, again) = (DescribeTasks(first), DescribeTasks(second));
        return told == again ? null : DescribeDifference("For the same state Plan returned", told, again);
    }

    private static string DescribeDifference(string who, string first, string second) =>
        $"{who} {TextDifference.ExtractDifference(first, second)}, and the second time {TextDifference.ExtractDifference(second, first)}";

    private static string DescribeTasks(CheckedAnswer reply) =>
        reply.Tasks is null
            ? "the end"
            : string.Join(
                ' ',
                reply.Tasks.Select(t =>
                    $"{t.Id}@{t.OperatorKey}:{Encoding.UTF8.GetString(TaskJson.Write(new PlannedTask(t, [])))}[{string.Join(';', t.Files)}]"
                )
            );
}
