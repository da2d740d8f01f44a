using System.Globalization;

namespace MatterStack.Engine.Commands.Arguments;

/// <summary>A size with a unit, or in bytes. The value is in bytes.</summary>
/// <inheritdoc/>
internal sealed class SizeArgument(string name, string description) : ArgumentField<long>(name, description)
{
    private const string UnitLetters = "BKMGTikmgtb ";

    protected override string AllowedValues => "a size such as 500MB or 5GB (KB, MB, GB, TB, or KiB, MiB, GiB, TiB)";

    protected override bool TryParse(string text, GivenArguments given, out long value)
    {
        var number = text.TrimEnd([.. UnitLetters]);
        var isLegal =
            double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var size)
            && size * GetFactor(text[number.Length..].Trim()) is >= 0 and <= long.MaxValue / 2;
        value = isLegal ? (long)(size * GetFactor(text[number.Length..].Trim())) : 0;
        return isLegal;
    }

    private static double GetFactor(string unit) =>
        unit.ToUpperInvariant() switch
        {
            "" or "B" => 1,
            "KB" => 1e3,
            "MB" => 1e6,
            "GB" => 1e9,
            "TB" => 1e12,
            "KIB" => 1L << 10,
            "MIB" => 1L << 20,
            "GIB" => 1L << 30,
            "TIB" => 1L << 40,
            _ => double.NaN,
        };
}
