namespace MatterStack.Engine.Evidence.Figures;

/// <summary>Series over two axes, as a task left them in a file.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="X">Axis.</param>
/// <param name="Y">Axis.</param>
/// <param name="Series">What is drawn.</param>
internal sealed record Figure(string Title, FigureAxis X, FigureAxis Y, IReadOnlyList<FigureSeries> Series);

/// <summary>An axis with its unit.</summary>
internal sealed record FigureAxis(string Label, string? Unit, bool Logarithmic = false)
{
    /// <summary>As it stands at the axis.</summary>
    public string Text => Unit is null ? Label : $"{Label} ({Unit})";
}

/// <summary>Points of a figure in the order in which they are joined.</summary>
internal sealed record FigureSeries(string Name, IReadOnlyList<double?> X, IReadOnlyList<double?> Y)
{
    /// <summary>What the library of the report calls it: <c>lines</c>, <c>markers</c>, <c>lines+markers</c>; null leaves it to the number of points.</summary>
    public string? Mode { get; init; }

    /// <summary>Uncertainty of each y; null if none is given.</summary>
    public IReadOnlyList<double?>? Error { get; init; }

    /// <summary>Words to each point, shown when it is pointed at.</summary>
    public IReadOnlyList<string?>? Text { get; init; }

    /// <summary>How many points the file has, of which these are some.</summary>
    public int Of { get; init; } = X.Count;
}
