namespace MatterStack.Engine.Evidence.Figures;

/// <summary>Series over two axes, read from a file of a task.</summary>
/// <param name="Title">Title of the figure.</param>
/// <param name="X">Horizontal axis.</param>
/// <param name="Y">Vertical axis.</param>
/// <param name="Series">Series to draw.</param>
internal sealed record Figure(string Title, FigureAxis X, FigureAxis Y, IReadOnlyList<FigureSeries> Series);

/// <summary>An axis with its unit.</summary>
internal sealed record FigureAxis(string Label, string? Unit, bool IsLogarithmic = false)
{
    /// <summary>Label with unit, as shown at the axis.</summary>
    public string DisplayText => Unit is null ? Label : $"{Label} ({Unit})";
}

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
