using System.Globalization;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Number or share of failed tasks at which a run pauses.</summary>
/// <param name="Count">Number of tasks; null if a share is stated.</param>
/// <param name="Percent">Share of the ended tasks in percent; null if a number is stated.</param>
internal sealed record FailureLimit(int? Count, double? Percent)
{
    /// <summary>Number of ended tasks from which a share counts: the first failure of a small run is a large share.</summary>
    public const int MinEndedTasks = 20;

    /// <summary>Allowed values, for messages.</summary>
    public const string AllowedValues = "a number of tasks from 1 (20), or a share of the ended tasks above 0% and up to 100% (10%)";

    /// <summary>Parses a number of tasks or a share. Returns null if the text is neither.</summary>
    public static FailureLimit? Parse(string text) =>
        text.EndsWith('%')
            ? double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
            && percent is > 0 and <= 100
                ? new FailureLimit(null, percent)
                : null
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
                ? new FailureLimit(count, null)
                : null;

    /// <summary>Whether the limit is reached.</summary>
    /// <param name="failed">Number of failed and held tasks.</param>
    /// <param name="ended">Number of tasks that completed, failed or are held.</param>
    public bool IsReached(int failed, int ended) =>
        Count is { } count ? failed >= count : failed > 0 && ended >= MinEndedTasks && failed * 100.0 >= Percent!.Value * ended;

    public override string ToString() =>
        Count is { } count ? count.ToString(CultureInfo.InvariantCulture) : Percent!.Value.ToString(CultureInfo.InvariantCulture) + "%";
}
