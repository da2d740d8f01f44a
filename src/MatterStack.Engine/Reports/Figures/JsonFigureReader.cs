using System.Text.Json;
using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Reports.Figures;

/// <summary>
/// Reads a figure with more detail than a table: <c>{"title", "x": {"label", "unit", "scale"}, "y": {…}, "series": [{"name", "x": […], "y":
/// […], "mode", "error", "text"}]}</c>.
/// </summary>
internal static class JsonFigureReader
{
    private static readonly string[] Modes = ["lines", "markers", "lines+markers"];

    public static Figure Read(string path, byte[] content)
    {
        using var document = OutsideJson.Parse(content, JsonRule.Results, out var fault)
            ?? throw new FormatException($"it is not JSON: {fault}");
        var root = document.RootElement;
        return root.TryGetProperty("series", out var series) && series.ValueKind == JsonValueKind.Array && series.GetArrayLength() > 0
            ? new Figure(
                ReadText(root, "title", "") ?? FigureFile.GetDefaultTitle(path),
                ReadAxis(root, "x"),
                ReadAxis(root, "y"),
                [.. series.EnumerateArray().Select(ReadSeries)]
            )
            : throw new FormatException("'series' must be an array with at least one series");
    }

    private static FigureAxis ReadAxis(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var axis) || axis.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"'{name}' must be an object with 'label' and 'unit'");
        }

        var scale = ReadText(axis, "scale", name + ".");
        return scale is null or "linear" or "log"
            ? new FigureAxis(
                ReadText(axis, "label", name + ".") ?? throw new FormatException($"'{name}.label' is missing"),
                ReadText(axis, "unit", name + "."),
                scale == "log"
            )
            : throw new FormatException($"'{name}.scale' must be linear or log");
    }

    private static FigureSeries ReadSeries(JsonElement series, int index)
    {
        var place = FormattableString.Invariant($"series[{index}]");
        if (series.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"'{place}' must be an object");
        }

        place += ".";
        var x = ReadNumbers(series, "x", place) ?? throw new FormatException($"'{place}x' is missing");
        var mode = ReadText(series, "mode", place);
        if (mode is not null && !Modes.Contains(mode, StringComparer.Ordinal))
        {
            throw new FormatException($"'{place}mode' must be one of {string.Join(", ", Modes)}");
        }

        return new FigureSeries(
            ReadText(series, "name", place) ?? FormattableString.Invariant($"series {index + 1}"),
            x,
            RequireSameLength(ReadNumbers(series, "y", place), "y") ?? throw new FormatException($"'{place}y' is missing")
        )
        {
            Mode = mode,
            Error = RequireSameLength(ReadNumbers(series, "error", place), "error"),
            Text = RequireSameLength(ReadTexts(series, place), "text"),
        };

        IReadOnlyList<T>? RequireSameLength<T>(IReadOnlyList<T>? list, string name) =>
            list is null || list.Count == x.Count
                ? list
                : throw new FormatException(
                    FormattableString.Invariant(
                        $"'{place}{name}' has {CountText.FormatCount(list.Count, "entry", "entries")}, '{place}x' {x.Count}"
                    )
                );
    }

    private static List<double?>? ReadNumbers(JsonElement parent, string name, string place) =>
        ReadList(parent, name, place, "numbers or null", static value => value.ValueKind switch
            {
                JsonValueKind.Null => (true, null),
                JsonValueKind.Number when value.TryGetDouble(out var number) && double.IsFinite(number) => (true, number),
                _ => (false, (double?)null),
            });

    private static List<string?>? ReadTexts(JsonElement parent, string place) =>
        ReadList(parent, "text", place, "texts or null", static value =>
            (
                value.ValueKind is JsonValueKind.String or JsonValueKind.Null,
                value.ValueKind == JsonValueKind.String ? value.GetString() : null
            )
        );

    private static List<T>? ReadList<T>(
        JsonElement parent,
        string name,
        string place,
        string wanted,
        Func<JsonElement, (bool Legal, T Value)> read
    )
    {
        if (!parent.TryGetProperty(name, out var array) || array.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (array.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException($"'{place}{name}' must be an array of {wanted}");
        }

        var list = new List<T>(array.GetArrayLength());
        foreach (var value in array.EnumerateArray())
        {
            var (legal, read1) = read(value);
            list.Add(
                legal
                    ? read1
                    : throw new FormatException(FormattableString.Invariant($"'{place}{name}[{list.Count}]' is not one of {wanted}"))
            );
        }

        return list;
    }

    private static string? ReadText(JsonElement parent, string name, string place) =>
        !parent.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw new FormatException($"'{place}{name}' must be a text");
}
