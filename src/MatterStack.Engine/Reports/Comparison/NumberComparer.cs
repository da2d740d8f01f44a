using System.Globalization;
using System.Text.Json;

namespace MatterStack.Engine.Reports.Comparison;

/// <summary>Compares numbers by their values: 1, 1.0 and 10e-1 are equal.</summary>
/// <param name="tolerance">T: numbers a and b are equal if |a − b| ≤ T · max(|a|, |b|).</param>
internal sealed class NumberComparer(double tolerance)
{
    /// <summary>Compares two numbers. Returns null if they are equal.</summary>
    public ValueDifference? Compare(string name, JsonElement before, JsonElement after)
    {
        var (old, @new) = (before.GetRawText(), after.GetRawText());
        if (old == @new || (NormaliseNumber(old) is { } form && form == NormaliseNumber(@new)))
        {
            return null;
        }

        var (a, b) = (ParseDouble(old), ParseDouble(@new));
        var distance = FindDistance(old, @new, a, b);
        var magnitude = Math.Max(Math.Abs(a), Math.Abs(b));
        return !double.IsFinite(distance) || !double.IsFinite(magnitude) ? new ValueDifference(name, old, @new)
            : tolerance > 0 && distance <= tolerance * magnitude ? null
            : new ValueDifference(name, old, @new, distance, distance / magnitude);
    }

    private static double ParseDouble(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    // Large integers can differ although their doubles are the same.
    private static double FindDistance(string old, string @new, double a, double b) =>
        a == b
        && decimal.TryParse(old, NumberStyles.Float, CultureInfo.InvariantCulture, out var c)
        && decimal.TryParse(@new, NumberStyles.Float, CultureInfo.InvariantCulture, out var d)
            ? (double)Math.Abs(c - d)
            : Math.Abs(a - b);

    // Sign, digits without zeros at both ends, and the exponent of the last digit: equal numbers have equal forms, however long they are.
    private static (bool IsNegative, string Digits, long Exponent)? NormaliseNumber(string text)
    {
        var end = text.AsSpan().IndexOfAny('e', 'E');
        long exponent = 0;
        if (end >= 0 && !long.TryParse(text.AsSpan(end + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
        {
            return null;
        }

        var mantissa = end < 0 ? text : text[..end];
        var isNegative = mantissa[0] == '-';
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var digits = mantissa.TrimStart('-').Replace(".", "", StringComparison.Ordinal);
        var decimals = point < 0 ? 0 : mantissa.Length - point - 1;
        var significant = digits.TrimEnd('0');
        var last = exponent - decimals + (digits.Length - significant.Length);
        significant = significant.TrimStart('0');
        return significant.Length == 0 ? (false, "", 0) : (isNegative, significant, last);
    }
}
