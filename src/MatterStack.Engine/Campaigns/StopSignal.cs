using System.Globalization;

namespace MatterStack.Engine.Campaigns;

/// <summary>A signal that the command gets before its time limit, so that it can write a checkpoint.</summary>
/// <param name="Name">Name without <c>SIG</c>: HUP, INT, TERM, USR1 or USR2.</param>
/// <param name="Seconds">Seconds before the time limit.</param>
public sealed record StopSignal(string Name, int Seconds)
{
    /// <summary>Allows <c>StopSignal = "TERM@120"</c> in a C# campaign.</summary>
    public static implicit operator StopSignal(string text) => FromString(text);

    /// <summary>Parses <c>NAME@seconds</c>. The check of the task refuses another text.</summary>
    public static StopSignal FromString(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var trimmed = text.Trim();
        return
            trimmed.IndexOf('@', StringComparison.Ordinal) is >= 0 and var at
            && int.TryParse(trimmed[(at + 1)..].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? new StopSignal(trimmed[..at].Trim(), seconds)
            : new StopSignal(trimmed, 0);
    }

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}@{Seconds}");
}
