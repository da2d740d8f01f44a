namespace MatterStack.Engine.Commands.Hosting;

/// <summary>A row of a result; its columns have the names of the store's columns.</summary>
/// <param name="Identity">Id of the run, task or attempt.</param>
/// <param name="Metadata">Columns; a column without a value is left out.</param>
internal sealed record ReportItem(string Identity, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>Returns the row with more columns.</summary>
    public ReportItem WithColumns(params ReadOnlySpan<(string Name, object? Value)> columns) =>
        new(
            Identity,
            new Dictionary<string, string>(Metadata.Concat(Create(Identity, columns).Metadata), StringComparer.OrdinalIgnoreCase)
        );

    public static ReportItem Create(string identity, params ReadOnlySpan<(string Name, object? Value)> columns)
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
