using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Operators.Web;

/// <summary>What authorizes a request, and the care that nothing which comes back shows it: services repeat what they were sent.</summary>
internal sealed class SecretShield
{
    private readonly Redaction _redaction;

    /// <param name="value">The resolved value, with a scheme before it or not; null: there is none.</param>
    /// <param name="redaction">Hides it, and all else that the command has resolved.</param>
    public SecretShield(string? value, Redaction redaction)
    {
        _redaction = redaction;
        var words = value?.Trim().Split(' ', 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        Header = words switch
        {
            [] => null,
            [var token] => "Bearer " + token,
            _ => value!.Trim(),
        };
        foreach (var hidden in words.Length == 0 ? [] : new[] { value!, words[^1] })
        {
            redaction.Add(hidden);
        }
    }

    /// <summary>Value of the header <c>Authorization</c>.</summary>
    public string? Header { get; }

    public string Hide(string text) => _redaction.Hide(text);
}
