namespace MatterStack.Engine.Reports.Figures;

/// <summary>Points of a figure, joined in this order.</summary>
internal sealed record FigureSeries(string Name, IReadOnlyList<double?> X, IReadOnlyList<double?> Y)
{
    /// <summary>
    /// Drawing mode of plotly.js: <c>lines</c>, <c>markers</c> or <c>lines+markers</c>; null chooses by the number of points.
    /// </summary>
    public string? Mode { get; init; }

    /// <summary>Uncertainty of each y; null if none is given.</summary>
    public IReadOnlyList<double?>? Error { get; init; }

    /// <summary>Text of each point, shown on hover.</summary>
    public IReadOnlyList<string?>? Text { get; init; }

    /// <summary>Number of points in the file; the series may hold fewer.</summary>
    public int TotalPoints { get; init; } = X.Count;
}
