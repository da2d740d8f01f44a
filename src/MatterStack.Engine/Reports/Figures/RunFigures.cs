using System.Text.Json;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Reports.Figures;

/// <summary>The figures of a run's tasks. Figures with the same title and axes are drawn as one plot.</summary>
internal sealed class RunFigures(ReportFiles files)
{
    // The limit keeps the page small enough for a browser.
    private const int MaxFiles = 200;

    private readonly List<Plot> _plots = [];
    private readonly List<Problem> _problems = [];
    private int _files;

    /// <summary>Number of plots.</summary>
    public int Count => _plots.Count;

    /// <summary>Warnings about figures that cannot be drawn.</summary>
    public IReadOnlyList<Problem> Problems => _problems;

    /// <summary>Number of files that are not drawn because of the limit.</summary>
    public int SkippedFiles => Math.Max(0, _files - MaxFiles);

    /// <summary>Adds the figures of a task's last attempt.</summary>
    public void AddFigures(RecordedTask task)
    {
        if (!task.HasFigures || task.Attempts is not [.., var attempt])
        {
            return;
        }

        foreach (var output in attempt.Outputs.Where(o => task.Planned.Task.Figures.Any(f => Globs.IsMatch(f, o.Path))))
        {
            if (++_files <= MaxFiles)
            {
                AddFigures(task.Row, attempt.Row, output);
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
            WriteAxis(json, "x", plot.X);
            WriteAxis(json, "y", plot.Y);
            json.WriteStartArray("series");
            foreach (var (source, series) in plot.Series)
            {
                WriteSeries(json, series, GetSeriesName(plot, source, series), source);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void AddFigures(TaskRow task, AttemptRow attempt, OutputRow output)
    {
        var path = $"{attempt.RelativePath}/{AttemptLayout.WorkPrefix}{output.Path}";
        if (files.FindFile(path) is not { } file)
        {
            // The export has already reported the missing file, and VerifyEvidence reports it too.
            return;
        }

        try
        {
            var content =
                output.Size <= FigureFile.MaxFileBytes
                    ? Read(file)
                    : throw new FormatException(
                        FormattableString.Invariant(
                            $"it has {CountText.FormatCount(output.Size, "byte")}; the limit is {FigureFile.MaxFileBytes}"
                        )
                    );
            foreach (
                var figure in Sha256.ComputeHash(content) == output.Sha256
                    ? FigureFile.Read(output.Path, content)
                    : throw new FormatException("it differs from the recorded output")
            )
            {
                var plot = _plots.Find(p => p.Title == figure.Title && p.X == figure.X && p.Y == figure.Y);
                if (plot is null)
                {
                    _plots.Add(plot = new Plot(figure.Title, figure.X, figure.Y));
                }

                plot.Series.AddRange(figure.Series.Select(s => (new SeriesSource(task.TaskId.Value, path), s)));
            }
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException && !DiskErrors.IsDiskError(e))
        {
            _problems.Add(
                Problem
                    .Create(
                        ReportCodes.FigureNotDrawn,
                        $"Figure '{output.Path}' of task '{task.TaskId}' cannot be drawn: {e.Message}",
                        new SourcePosition(file)
                    )
                    .AsWarning()
            );
        }
    }

    private static byte[] Read(string file)
    {
        using var stream = RegularFile.OpenRead(file);
        // The file may have grown since it was recorded.
        var content = new byte[Math.Min(stream.Length, FigureFile.MaxFileBytes)];
        return content[..stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false)];
    }

    // With several tasks the task names tell the curves apart, with one task the series names.
    private static string GetSeriesName(Plot plot, SeriesSource source, FigureSeries series)
    {
        var tasks = plot.Series.Select(s => s.Source.TaskId).Distinct().Count();
        var one = plot.Series.Count(s => s.Source.TaskId == source.TaskId) == 1;
        return tasks == 1 ? series.Name
            : one ? source.TaskId
            : $"{source.TaskId}: {series.Name}";
    }

    private static void WriteAxis(Utf8JsonWriter json, string name, FigureAxis axis)
    {
        json.WriteStartObject(name);
        json.WriteString("text", PlainText.RemoveInvisible(axis.DisplayText));
        json.WriteBoolean("log", axis.IsLogarithmic);
        json.WriteEndObject();
    }

    private static void WriteSeries(Utf8JsonWriter json, FigureSeries series, string name, SeriesSource source)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("task", source.TaskId);
        json.WriteString("file", source.Path);
        json.WriteString("mode", series.Mode ?? (series.X.Count <= 60 ? "lines+markers" : "lines"));
        json.WriteNumber("of", series.TotalPoints);
        WriteNumbers(json, "x", series.X);
        WriteNumbers(json, "y", series.Y);
        if (series.Error is not null)
        {
            WriteNumbers(json, "error", series.Error);
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

    private static void WriteNumbers(Utf8JsonWriter json, string name, IReadOnlyList<double?> numbers)
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
        public List<(SeriesSource Source, FigureSeries Series)> Series { get; } = [];
    }

    private sealed record SeriesSource(string TaskId, string Path);
}
