using System.Text;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Evidence.Figures;

/// <summary>Reads a file that a task declared as <c>Figures</c>. What is wrong with it is a message for its author, never more.</summary>
internal static class FigureFile
{
    /// <summary>Largest file that is drawn, in bytes.</summary>
    public const int Largest = 4 << 20;

    /// <summary>Most points that are drawn of a series; of more, every n-th.</summary>
    public const int MostPoints = 2000;

    private const int MostSeries = 50;

    /// <returns>Its figures: a CSV file has one for each unit of its columns.</returns>
    /// <exception cref="FormatException">It is no figure; the message says where and why.</exception>
    public static IReadOnlyList<Figure> Read(string path, byte[] content)
    {
        var figures = path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? [JsonFigure.Read(path, content)] : CsvFigure.Read(path, TextOf(content));
        if (figures.Sum(f => f.Series.Count) > MostSeries)
        {
            throw new FormatException(FormattableString.Invariant($"it has more than {MostSeries} series"));
        }

        return [.. figures.Select(f => f with { Series = [.. f.Series.Select(Thinned)] })];
    }

    /// <summary>What a file is called that does not say what it shows.</summary>
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

    // The last point stays: where a curve ends is what people look for.
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
