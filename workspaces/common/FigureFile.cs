using System.Text.Json;

namespace Common;

/// <summary>Points of a figure, joined or not.</summary>
/// <param name="Name">What the legend calls them.</param>
/// <param name="Mode"><c>lines</c>, <c>markers</c> or <c>lines+markers</c>.</param>
/// <param name="Points">x and y, and a word to the point.</param>
internal sealed record FigureSeries(string Name, string Mode, IReadOnlyList<(double X, double Y, string? Text)> Points);

/// <summary>Writes a figure for the run's report.</summary>
internal static class FigureFile
{
    /// <param name="path">The file, named in the task's <c>Figures</c>.</param>
    /// <param name="title">What it shows.</param>
    /// <param name="x">Label and unit.</param>
    /// <param name="y">Label and unit.</param>
    /// <param name="series">What is drawn.</param>
    /// <param name="logarithmic">Whether y is.</param>
    public static void Write(
        string path,
        string title,
        (string Label, string? Unit) x,
        (string Label, string? Unit) y,
        IEnumerable<FigureSeries> series,
        bool logarithmic = false
    ) => JsonFile.Write(path, json =>
        {
            json.WriteString("title", title);
            Axis(json, "x", x, false);
            Axis(json, "y", y, logarithmic);
            json.WriteStartArray("series");
            foreach (var one in series.Where(one => one.Points.Count > 0))
            {
                json.WriteStartObject();
                json.WriteString("name", one.Name);
                json.WriteString("mode", one.Mode);
                Array(json, "x", one.Points, point => json.WriteNumberValue(point.X));
                Array(json, "y", one.Points, point => json.WriteNumberValue(point.Y));
                if (one.Points.Any(point => point.Text is not null))
                    Array(json, "text", one.Points, point => json.WriteStringValue(point.Text));
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });

    private static void Axis(Utf8JsonWriter json, string name, (string Label, string? Unit) axis, bool logarithmic)
    {
        json.WriteStartObject(name);
        json.WriteString("label", axis.Label);
        if (axis.Unit is not null)
            json.WriteString("unit", axis.Unit);
        if (logarithmic)
            json.WriteString("scale", "log");
        json.WriteEndObject();
    }

    private static void Array(
        Utf8JsonWriter json,
        string name,
        IEnumerable<(double X, double Y, string? Text)> points,
        Action<(double X, double Y, string? Text)> write
    )
    {
        json.WriteStartArray(name);
        foreach (var point in points)
            write(point);
        json.WriteEndArray();
    }
}
