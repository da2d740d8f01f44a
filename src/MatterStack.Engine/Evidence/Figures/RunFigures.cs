using System.Text.Json;
using MatterStack.Engine.Evidence.Report;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Evidence.Figures;

/// <summary>The figures of a run's tasks. Figures with the same title and axes are drawn as one plot.</summary>
internal sealed class RunFigures(ReportFiles files)
{
    // The limit keeps the page small enough for a browser.
    private const int MostFiles = 200;

    private readonly List<Plot> _plots = [];
    private readonly List<Problem> _problems = [];
    private int _files;

    /// <summary>Number of plots.</summary>
    public int Count => _plots.Count;

    /// <summary>Warnings about figures that cannot be drawn.</summary>
    public IReadOnlyList<Problem> Problems => _problems;

    /// <summary>Number of files that are not drawn because of the limit.</summary>
    public int Left => Math.Max(0, _files - MostFiles);

    /// <summary>Adds the figures of a task's last attempt.</summary>
    public void Add(TaskStory task)
    {
        // Most tasks have no figures, and parsing a definition takes time.
        if (!task.Definition.Contains("\"figures\"", StringComparison.Ordinal) || task.Attempts is not [.., var attempt])
        {
            return;
        }

        foreach (var output in attempt.Outputs.Where(o => task.Planned.Task.Figures.Any(f => Globs.Matches(f, o.Path))))
        {
            if (++_files <= MostFiles)
            {
                Add(task.Row, attempt.Row, output);
            }
        }
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray("figures");
        foreach (var plot in _plots)
        {
            json.WriteStartObject();
            json.WriteString("title", plot.Title);
            Axis(json, "x", plot.X);
            Axis(json, "y", plot.Y);
            json.WriteStartArray("series");
            foreach (var (source, series) in plot.Series)
            {
                Series(json, series, NameOf(plot, source, series), source);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void Add(TaskRow task, AttemptRow attempt, OutputRow output)
    {
        var path = $"{attempt.RelativePath}/work/{output.Path}";
        if (files.Find(path) is not { } file)
        {
            // The export has already reported the missing file, and VerifyEvidence reports it too.
            return;
        }

        try
        {
            var content = output.Size <= FigureFile.Largest ? Read(file) : throw new FormatException(FormattableString.Invariant($"it has {output.Size} bytes; the limit is {FigureFile.Largest}"));
            foreach (var figure in Sha256.ComputeHash(content).Hex == output.Sha256 ? FigureFile.Read(output.Path, content) : throw new FormatException("it differs from the recorded output"))
            {
                var plot = _plots.Find(p => p.Title == figure.Title && p.X == figure.X && p.Y == figure.Y);
                if (plot is null)
                {
                    _plots.Add(plot = new Plot(figure.Title, figure.X, figure.Y));
                }

                plot.Series.AddRange(figure.Series.Select(s => (new Source(task.TaskId, path), s)));
            }
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException && !DiskTrouble.Is(e))
        {
            _problems.Add(Problem.Create(EvidenceCodes.FigureNotDrawn, $"Figure '{output.Path}' of task '{task.TaskId}' cannot be drawn: {e.Message}", new SourcePosition(file)).AsWarning());
        }
    }

    private static byte[] Read(string file)
    {
        using var stream = RegularFile.OpenRead(file);
        // The file may have grown since it was recorded.
        var content = new byte[Math.Min(stream.Length, FigureFile.Largest)];
        return content[..stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false)];
    }

    // With several tasks the task names tell the curves apart, with one task the series names.
    private static string NameOf(Plot plot, Source source, FigureSeries series)
    {
        var tasks = plot.Series.Select(s => s.Source.TaskId).Distinct().Count();
        var one = plot.Series.Count(s => s.Source.TaskId == source.TaskId) == 1;
        return tasks == 1 ? series.Name : one ? source.TaskId : $"{source.TaskId}: {series.Name}";
    }

    private static void Axis(Utf8JsonWriter json, string name, FigureAxis axis)
    {
        json.WriteStartObject(name);
        json.WriteString("text", PlainText.Of(axis.Text));
        json.WriteBoolean("log", axis.Logarithmic);
        json.WriteEndObject();
    }

    private static void Series(Utf8JsonWriter json, FigureSeries series, string name, Source source)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("task", source.TaskId);
        json.WriteString("file", source.Path);
        json.WriteString("mode", series.Mode ?? (series.X.Count <= 60 ? "lines+markers" : "lines"));
        json.WriteNumber("of", series.Of);
        Numbers(json, "x", series.X);
        Numbers(json, "y", series.Y);
        if (series.Error is not null)
        {
            Numbers(json, "error", series.Error);
        }

        if (series.Text is not null)
        {
            json.WriteStartArray("text");
            foreach (var text in series.Text)
            {
                json.WriteStringValue(text);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void Numbers(Utf8JsonWriter json, string name, IReadOnlyList<double?> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
        {
            if (number is { } value)
            {
                json.WriteNumberValue(value);
            }
            else
            {
                json.WriteNullValue();
            }
        }

        json.WriteEndArray();
    }

    private sealed record Plot(string Title, FigureAxis X, FigureAxis Y)
    {
        public List<(Source Source, FigureSeries Series)> Series { get; } = [];
    }

    private sealed record Source(string TaskId, string Path);
}
