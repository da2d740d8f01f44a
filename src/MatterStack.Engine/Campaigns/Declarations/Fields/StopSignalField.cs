using System.Text.Json;

namespace MatterStack.Engine.Campaigns.Declarations.Fields;

/// <summary>A field with a signal and the seconds before the time limit at which it is sent, or none.</summary>
internal sealed class StopSignalField(string name, string description) : ScalarField<StopSignal?>(name, TaskFieldType.Signal, description)
{
    // Schedulers keep the seconds in 16 bits.
    private const int MostSeconds = 65535;

    private static readonly HashSet<string> Names = new(StringComparer.Ordinal) { "HUP", "INT", "TERM", "USR1", "USR2" };

    protected override bool TryParse(string text, out StopSignal? value)
    {
        value = StopSignal.FromString(text);
        return true;
    }

    protected override bool IsLegal(StopSignal? value) =>
        value is null || (Names.Contains(value.Name ?? "") && value.Seconds is > 0 and <= MostSeconds);

    protected override void WriteValue(Utf8JsonWriter json, string name, StopSignal? value) => json.WriteString(name, value?.ToString());

    protected override StopSignal? ReadValue(JsonElement stored) => stored.GetString() is { } text ? StopSignal.FromString(text) : null;

    protected override string DescribeAllowedValues() =>
        $"a signal and seconds: TERM@120; one of {string.Join(", ", Names)}, and 1 to {MostSeconds} seconds";
}
