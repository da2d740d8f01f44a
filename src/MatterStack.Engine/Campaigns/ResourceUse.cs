using System.Globalization;

namespace MatterStack.Engine.Campaigns;

/// <summary>One entry of a task's <c>Uses</c>: a named resource of the site, for example licences, and how many of it an attempt
/// occupies.</summary>
/// <param name="Name">Name of the resource in <c>operators.yaml</c>.</param>
/// <param name="Count">How many, at least 1.</param>
public sealed record ResourceUse(string Name, int Count = 1)
{
    /// <summary>Allows <c>Uses = ["vasp_licence*2", "furnace"]</c> in a C# campaign.</summary>
    public static implicit operator ResourceUse(string text) => FromString(text);

    /// <summary>Parses <c>name</c> or <c>name*count</c>. Another text becomes a name that the check of the task refuses.</summary>
    public static ResourceUse FromString(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return
            text.LastIndexOf('*') is >= 0 and var star
            && int.TryParse(text.AsSpan(star + 1).Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count)
            ? new ResourceUse(text[..star].Trim(), count)
            : new ResourceUse(text.Trim());
    }

    /// <inheritdoc />
    public override string ToString() => Count == 1 ? Name : string.Create(CultureInfo.InvariantCulture, $"{Name}*{Count}");
}
