using System.Text;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Evidence.Figures;

/// <summary>Reads a file that a task declared as <c>Figures</c>. A faulty file only causes a message for its author.</summary>
internal static class FigureFile
{
    /// <summary>Size limit of a figure file in bytes.</summary>
    public const int Largest = 4 << 20;

    /// <summary>Limit of drawn points per series; of a longer series every n-th point is drawn.</summary>
    public const int MostPoints = 2000;

    private const int MostSeries = 50;

    /// <returns>The figures of the file; a CSV file has one for each unit of its columns.</returns>
    /// <exception cref="FormatException">The file is not a figure; the message names place and reason.</exception>
    public static IReadOnlyList<Figure> Read(string path, byte[] content)
    {
        var figures = path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? [JsonFigure.Read(path, content)] : CsvFigure.Read(path, TextOf(content));
        if (figures.Sum(f => f.Series.Count) > MostSeries)
        {
            throw new FormatException(FormattableString.Invariant($"it has more than {MostSeries} series"));
        }

        return [.. figures.Select(f => f with { Series = [.. f.Series.Select(Thinned)] })];
    }

    /// <summary>Title of a file that names none.</summary>
    public static string TitleOf(string path) => Path.GetFileNameWithoutExtension(path);

    private static string TextOf(byte[] content)
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
    private static FigureSeries Thinned(FigureSeries series)
    {
        if (series.X.Count <= MostPoints)
        {
            return series;
        }

        var each = (series.X.Count + MostPoints - 1) / MostPoints;
        return series with { X = Some(series.X), Y = Some(series.Y), Error = series.Error is null ? null : Some(series.Error), Text = series.Text is null ? null : Some(series.Text), Of = series.X.Count };

        List<T> Some<T>(IReadOnlyList<T> all) => [.. all.Where((_, i) => i % each == 0 || i == all.Count - 1)];
    }
}
