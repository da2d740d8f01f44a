namespace MatterStack.Engine.Reports.Figures;

/// <summary>An axis with its unit.</summary>
internal sealed record FigureAxis(string Label, string? Unit, bool IsLogarithmic = false)
{
    /// <summary>Label with unit, as shown at the axis.</summary>
    public string DisplayText => Unit is null ? Label : $"{Label} ({Unit})";
}
