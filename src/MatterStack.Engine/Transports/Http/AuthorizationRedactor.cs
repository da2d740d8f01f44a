using MatterStack.Engine.Wiring.Secrets;

namespace MatterStack.Engine.Transports.Http;

/// <summary>Holds the value of the header <c>Authorization</c>, and redacts it in replies: services may repeat what they were
/// sent.</summary>
internal sealed class AuthorizationRedactor
{
    private readonly SecretRedactor _redaction;

    /// <param name="value">The resolved value, with or without a scheme; null if there is none.</param>
    /// <param name="redaction">Redacts the value and all other secrets of the command.</param>
    public AuthorizationRedactor(string? value, SecretRedactor redaction)
    {
        _redaction = redaction;
        var words = value?.Trim().Split(' ', 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        HeaderValue = words switch
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
    public string? HeaderValue { get; }

    public string Redact(string text) => _redaction.Redact(text);
}
