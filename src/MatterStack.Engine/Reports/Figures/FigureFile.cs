using System.Text;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Reports.Figures;

/// <summary>Reads a file that a task declared as <c>Figures</c>. A faulty file only causes a message for its author.</summary>
internal static class FigureFile
{
    /// <summary>Size limit of a figure file in bytes.</summary>
    public const int MaxFileBytes = 4 << 20;

    /// <summary>Limit of drawn points per series; of a longer series every n-th point is drawn.</summary>
    public const int MaxPoints = 2000;

    private const int MaxSeries = 50;

    /// <returns>The figures of the file; a CSV file has one for each unit of its columns.</returns>
    /// <exception cref="FormatException">The file is not a figure; the message names place and reason.</exception>
    public static IReadOnlyList<Figure> Read(string path, byte[] content)
    {
        var figures = path.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            ? [JsonFigureReader.Read(path, content)]
            : CsvFigureReader.Read(path, DecodeText(content));
        if (figures.Sum(f => f.Series.Count) > MaxSeries)
        {
            throw new FormatException(FormattableString.Invariant($"it has more than {MaxSeries} series"));
        }

        return [.. figures.Select(f => f with { Series = [.. f.Series.Select(ThinOut)] })];
    }

    /// <summary>Title of a file that names none.</summary>
    public static string GetDefaultTitle(string path) => Path.GetFileNameWithoutExtension(path);

    private static string DecodeText(byte[] content)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(ByteOrderMark.Skip(content.AsSpan()));
        }
        catch (DecoderFallbackException)
        {
            throw new FormatException("it is not UTF-8");
        }
    }

    // The last point is always kept, since readers look for the end of a curve.
    private static FigureSeries ThinOut(FigureSeries series)
    {
        if (series.X.Count <= MaxPoints)
        {
            return series;
        }

        var each = (series.X.Count + MaxPoints - 1) / MaxPoints;
        return series with
        {
            X = SampleList(series.X),
            Y = SampleList(series.Y),
            Error = series.Error is null ? null : SampleList(series.Error),
            Text = series.Text is null ? null : SampleList(series.Text),
            TotalPoints = series.X.Count,
        };

        List<T> SampleList<T>(IReadOnlyList<T> all) => [.. all.Where((_, i) => i % each == 0 || i == all.Count - 1)];
    }
}
