using System.Globalization;

namespace MatterStack.Engine.Reports.Tables;

/// <summary>A value in a table of results.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Text">Its text; null if it is unknown.</param>
internal readonly record struct ResultValue(ResultKind Kind, string? Text)
{
    public static ResultValue FromText(string? text) => text is null ? default : new(ResultKind.Text, text);

    public static ResultValue FromNumber(long number) => new(ResultKind.Number, number.ToString(CultureInfo.InvariantCulture));

    /// <summary>The number as an integer that keeps every digit. Returns null if there is none.</summary>
    public long? FindInteger() =>
        Kind is ResultKind.Number
        && Text != "-0"
        && long.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;

    /// <summary>The number as a <see cref="double"/>. Returns null if it is out of range.</summary>
    public double? FindDouble() =>
        Kind is ResultKind.Number
        && double.Parse(Text!, NumberStyles.Float, CultureInfo.InvariantCulture) is var value
        && double.IsFinite(value)
            ? value
            : null;
}
