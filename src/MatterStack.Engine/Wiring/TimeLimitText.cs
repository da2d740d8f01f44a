using System.Globalization;

namespace MatterStack.Engine.Wiring;

/// <summary>Text form of a time limit in wiring: minutes, or <c>days-hours:minutes:seconds</c> and its short forms.</summary>
internal static class TimeLimitText
{
    /// <summary>Maximum time limit: ten years, which every scheduler accepts.</summary>
    public static readonly TimeSpan MaxLimit = TimeSpan.FromDays(10 * 365);

    private const int MaxDigits = 15;

    /// <summary>Parses a time limit. Returns null if the text is not a time limit (for example a reference) or is too long to
    /// represent.</summary>
    public static TimeSpan? Parse(string limit)
    {
        var days = limit.Split('-', 2);
        var numbers = new List<decimal>();
        foreach (var part in days.Length > 1 ? [days[0], .. days[1].Split(':')] : limit.Split(':'))
        {
            // More digits are no realistic limit and could overflow.
            if (part.Length is 0 or > MaxDigits || !decimal.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            numbers.Add(number);
        }

        decimal? seconds = (days.Length > 1, numbers) switch
        {
            (false, [var m]) => m * 60,
            (false, [var m, var s]) => (m * 60) + s,
            (false, [var h, var m, var s]) => (((h * 60) + m) * 60) + s,
            (true, [var d, var h]) => ((d * 24) + h) * 3600,
            (true, [var d, var h, var m]) => ((((d * 24) + h) * 60) + m) * 60,
            (true, [var d, var h, var m, var s]) => (((((d * 24) + h) * 60) + m) * 60) + s,
            _ => null,
        };
        return seconds is { } count && count <= TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerSecond
            ? TimeSpan.FromTicks((long)count * TimeSpan.TicksPerSecond)
            : null;
    }
}
