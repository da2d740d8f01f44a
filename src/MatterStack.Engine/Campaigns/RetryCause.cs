using System.Globalization;

namespace MatterStack.Engine.Campaigns;

/// <summary>One entry of a task's <c>RetryOn</c>: a cause of an end after which another attempt is made.</summary>
/// <param name="Name">Name of the cause, e.g. <c>SIGNAL</c>; <c>EXIT</c> with exit codes; <c>ANY</c> for every cause.</param>
/// <param name="FirstExitCode">First exit code of <c>EXIT</c>; null: every exit code.</param>
/// <param name="LastExitCode">Last exit code of <c>EXIT</c>; null if there is no first one.</param>
public sealed record RetryCause(string Name, int? FirstExitCode = null, int? LastExitCode = null)
{
    /// <summary>Name that stands for every cause.</summary>
    internal const string Any = "ANY";

    /// <summary>Name of ends with an exit code.</summary>
    internal const string Exit = "EXIT";

    /// <summary>Allows <c>RetryOn = ["SIGNAL", "EXIT:1-9"]</c> in a C# campaign.</summary>
    public static implicit operator RetryCause(string text) => FromString(text);

    /// <summary>Parses a name, <c>EXIT:42</c> or <c>EXIT:1-9</c>. Another text becomes a name that the check of the task
    /// refuses.</summary>
    public static RetryCause FromString(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var trimmed = text.Trim();
        var colon = trimmed.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return new RetryCause(trimmed);
        }

        var codes = trimmed[(colon + 1)..].Split('-');
        return codes.Length <= 2 && ParseCode(codes[0]) is { } first && ParseCode(codes[^1]) is { } last
            ? new RetryCause(trimmed[..colon].Trim(), first, last)
            : new RetryCause(trimmed);
    }

    /// <inheritdoc />
    public override string ToString() =>
        FirstExitCode is not { } first ? Name
        : first == LastExitCode ? string.Create(CultureInfo.InvariantCulture, $"{Name}:{first}")
        : string.Create(CultureInfo.InvariantCulture, $"{Name}:{first}-{LastExitCode}");

    private static int? ParseCode(string text) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : null;
}
