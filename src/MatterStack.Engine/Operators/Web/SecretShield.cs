namespace MatterStack.Engine.Operators.Web;

/// <summary>What authorizes a request, and the care that nothing which comes back shows it: services repeat what they were sent.</summary>
internal sealed class SecretShield
{
    // Shorter ones would blacken ordinary words.
    private const int Shortest = 4;
    private readonly string[] _hidden;

    /// <param name="value">The resolved value, with a scheme before it or not; null: nothing to hide.</param>
    public SecretShield(string? value)
    {
        var words = value?.Trim().Split(' ', 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        Header = words switch
        {
            [] => null,
            [var token] => "Bearer " + token,
            _ => value!.Trim(),
        };
        _hidden = [.. new[] { value?.Trim(), words.LastOrDefault() }.OfType<string>().Where(s => s.Length >= Shortest).Distinct().OrderByDescending(s => s.Length)];
    }

    /// <summary>Value of the header <c>Authorization</c>.</summary>
    public string? Header { get; }

    public string Hide(string text) => _hidden.Aggregate(text, (shown, secret) => shown.Replace(secret, "***", StringComparison.Ordinal));
}
