namespace MatterStack.Engine.Reports.Figures;

/// <summary>Series over two axes, read from a file of a task.</summary>
/// <param name="Title">Title of the figure.</param>
/// <param name="X">Horizontal axis.</param>
/// <param name="Y">Vertical axis.</param>
/// <param name="Series">Series to draw.</param>
internal sealed record Figure(string Title, FigureAxis X, FigureAxis Y, IReadOnlyList<FigureSeries> Series);
