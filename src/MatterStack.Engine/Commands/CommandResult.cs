namespace MatterStack.Engine.Commands;

/// <summary>What a command did, for scripts.</summary>
/// <param name="Success">Whether it did what was asked; errors have been reported.</param>
/// <param name="Items">What it found.</param>
internal sealed record CommandResult(bool Success, IReadOnlyList<ReportItem> Items)
{
    public static CommandResult Failed { get; } = new(false, []);
}

/// <summary>A row of a report; names are those of the store's columns.</summary>
/// <param name="Identity">What it is about: a run's, task's or attempt's id.</param>
/// <param name="Metadata">Columns; those without a value are left out.</param>
internal sealed record ReportItem(string Identity, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>With further columns.</summary>
    public ReportItem With(params ReadOnlySpan<(string Name, object? Value)> columns) =>
        new(Identity, new Dictionary<string, string>(Metadata.Concat(Of(Identity, columns).Metadata), StringComparer.OrdinalIgnoreCase));

    public static ReportItem Of(string identity, params ReadOnlySpan<(string Name, object? Value)> columns)
    {
        var metadata = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in columns)
        {
            if (Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) is { Length: > 0 } text)
            {
                metadata[name] = text;
            }
        }

        return new ReportItem(identity, metadata);
    }
}
