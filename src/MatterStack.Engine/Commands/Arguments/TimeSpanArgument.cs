using System.Globalization;

namespace MatterStack.Engine.Commands.Arguments;

/// <summary>A time span above zero.</summary>
/// <inheritdoc/>
internal sealed class TimeSpanArgument(string name, string description) : ArgumentField<TimeSpan>(name, description)
{
    private static readonly string[] Formats = ["h\\:mm\\:ss", "hh\\:mm\\:ss", "d\\.hh\\:mm\\:ss"];

    protected override string AllowedValues => "a time span hh:mm:ss above zero, with days d.hh:mm:ss";

    protected override bool TryParse(string text, GivenArguments given, out TimeSpan value) =>
        TimeSpan.TryParseExact(text, Formats, CultureInfo.InvariantCulture, out value) && value > TimeSpan.Zero;
}
