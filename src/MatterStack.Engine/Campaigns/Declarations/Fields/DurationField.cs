using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MatterStack.Engine.Campaigns.Declarations.Fields;

/// <summary>A field with a time in whole seconds.</summary>
internal sealed partial class DurationField(string name, string description)
    : ScalarField<TimeSpan>(name, TaskFieldType.Duration, description)
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(999);

    /// <summary>Shortest time.</summary>
    public TimeSpan Shortest { get; init; }

    protected override bool TryParse(string text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        if (DurationRegex().Match(text.Trim()) is not { Success: true } match)
        {
            return false;
        }

        value = new TimeSpan(ParseNumber(match, 1), ParseNumber(match, 2), ParseNumber(match, 3));
        return true;
    }

    protected override bool IsLegal(TimeSpan value) => value >= Shortest && value <= Longest && value.Ticks % TimeSpan.TicksPerSecond == 0;

    protected override void ValidateValue(TimeSpan value, TaskProblems problems)
    {
        if (!IsLegal(value))
        {
            problems.ReportIllegalValue(Name, value, AllowedValues);
        }
    }

    protected override void WriteValue(Utf8JsonWriter json, string name, TimeSpan value) =>
        json.WriteNumber(name, (long)value.TotalSeconds);

    protected override TimeSpan ReadValue(JsonElement stored) => TimeSpan.FromSeconds(stored.GetInt64());

    protected override string DescribeAllowedValues() =>
        (Shortest > TimeSpan.Zero ? $"a time as hh:mm:ss, from {Shortest:hh\\:mm\\:ss}" : "a time as hh:mm:ss,") + " up to 999:00:00";

    private static int ParseNumber(Match match, int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex("^([0-9]{1,3}):([0-5][0-9]):([0-5][0-9])$")]
    private static partial Regex DurationRegex();
}
