using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Reports.Figures;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Reports.Html;

/// <summary>
/// Writes the data of the page's script: every task with every attempt, the graph, and the figures. Rows are arrays, and repeated texts are
/// numbers, so that 10,000 tasks take a few MB. <c>taskColumns</c> and <c>attemptColumns</c> name the elements of a row, and the script
/// reads rows by these names. Times are ms since the run began.
/// </summary>
internal sealed class ReportData(RecordedRun story, ReportFiles files, PathRedactor paths, RunFigures figures)
{
    // Characters of log text. Failed tasks have a limit of their own, so that other logs cannot use it up.
    private const int MaxFailureCharacters = 1 << 20;
    private const int MaxOtherCharacters = 1 << 20;
    private const int MaxOutputs = 20;

    // Names of the elements that WriteTask writes; a text is its number in the table of the column's plural.
    private static readonly string[] TaskColumns =
    [
        "id",
        "state",
        "operator",
        "iteration",
        "node",
        "reason",
        "command",
        "mayFail",
        "asked",
        "attempts",
        "shape",
    ];

    // Names of the elements that WriteAttempt writes. "files" is a bit mask of the files of the page; an output is path, size and hash; an
    // answer is person, time and text; an end of a file is the file's number, text and size. "usage" is the begin, the times in queue, of
    // the wall and of processors in ms, memory in bytes, and numbers of node, note and source in "usageTexts", without unknown values at
    // its end.
    private static readonly string[] AttemptColumns =
    [
        "index",
        "id",
        "state",
        "operator",
        "reason",
        "exit",
        "created",
        "submitted",
        "ended",
        "wiring",
        "operatorHash",
        "cached",
        "external",
        "files",
        "outputs",
        "moreOutputs",
        "answer",
        "ends",
        "codes",
        "given",
        "usage",
    ];

    // JSON inside HTML: characters that could end the element or start another are escaped; letters are not.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    private readonly LogExcerpts _failureLogs = new(files, MaxFailureCharacters);
    private readonly LogExcerpts _otherLogs = new(files, MaxOtherCharacters);
    private readonly TextTable _states = new();
    private readonly TextTable _operators = new();
    private readonly TextTable _reasons = new();
    private readonly TextTable _hashes = new();
    private readonly TextTable _usageTexts = new();
    private readonly DateTimeOffset _startedAt = story.Reader.RunRow.CreatedAt;

    public void Write(Stream stream, Action<Utf8JsonWriter> more)
    {
        using var json = new Utf8JsonWriter(stream, Options);
        var graph = new RunGraph(story.Reader);
        json.WriteStartObject();
        more(json);
        json.WriteNumber("began", _startedAt.ToUnixTimeMilliseconds());
        WriteTexts(json, "files", RecordedAttemptFiles.All);
        WriteTexts(json, "taskColumns", TaskColumns);
        WriteTexts(json, "attemptColumns", AttemptColumns);
        json.WriteStartArray("tasks");
        foreach (var task in story.ReadTasks())
        {
            WriteTask(json, task, graph);
            if (json.BytesPending > 1 << 16)
            {
                json.Flush();
            }
        }

        json.WriteEndArray();
        graph.Write(json);
        figures.Write(json);
        WriteTexts(json, "states", _states.Texts);
        WriteTexts(json, "operators", _operators.Texts);
        WriteTexts(json, "reasons", _reasons.Texts);
        WriteTexts(json, "hashes", _hashes.Texts);
        WriteTexts(json, "usageTexts", _usageTexts.Texts);
        json.WriteEndObject();
    }

    private void WriteTask(Utf8JsonWriter json, RecordedTask task, RunGraph graph)
    {
        var row = task.Row;
        json.WriteStartArray();
        json.WriteStringValue(row.TaskId.Value);
        json.WriteNumberValue(_states.GetNumber(row.State.ToText()));
        json.WriteNumberValue(_operators.GetNumber(row.OperatorKey.Value));
        json.WriteNumberValue(row.Iteration);
        json.WriteNumberValue(graph.GetNodeNumber(row.TaskId));
        json.WriteNumberValue(_reasons.GetNumber(CleanText(row.Reason) ?? ""));
        json.WriteStringValue(CleanText(row.Command));
        json.WriteNumberValue(row.AllowFailure ? 1 : 0);
        WriteText(json, task.HasQuestion ? CleanText(task.Planned.Task.Message) : null);
        json.WriteStartArray();
        foreach (var attempt in task.Attempts)
        {
            WriteAttempt(json, attempt);
        }

        json.WriteEndArray();
        WriteText(json, task.Shape?.Describe());
        json.WriteEndArray();
    }

    private void WriteAttempt(Utf8JsonWriter json, RecordedAttempt story)
    {
        var row = story.Row;
        json.WriteStartArray();
        json.WriteNumberValue(row.AttemptIndex);
        json.WriteStringValue(row.AttemptId.Value);
        json.WriteNumberValue(_states.GetNumber(row.State.ToText()));
        json.WriteNumberValue(_operators.GetNumber(row.OperatorKey.Value));
        json.WriteNumberValue(_reasons.GetNumber(CleanText(row.Reason) ?? ""));
        WriteNumber(json, row.ExitCode);
        WriteNumber(json, GetMilliseconds(row.CreatedAt));
        WriteNumber(json, GetMilliseconds(row.SubmittedAt));
        WriteNumber(json, GetMilliseconds(row.EndedAt));
        json.WriteNumberValue(_hashes.GetNumber(row.WiringSha256.Hex));
        json.WriteNumberValue(_hashes.GetNumber(row.OperatorSha256.Hex));
        WriteText(json, CleanText(row.CachedFrom));
        WriteText(json, CleanText(row.ExternalId));
        var there = files.ListAttemptFiles(row);
        json.WriteNumberValue(RecordedAttemptFiles.All.Select((name, i) => there.Contains(name) ? 1 << i : 0).Sum());
        WriteOutputs(json, story);
        WriteAnswer(json, story.Answer);
        WriteLogEnds(json, row, there);
        WriteText(json, row.Codes.Count == 0 ? null : CleanText(string.Join(", ", row.Codes.Select(static code => code.Describe()))));
        WriteText(json, row.Given?.Describe());
        WriteUsage(json, row);
        json.WriteEndArray();
    }

    private void WriteUsage(Utf8JsonWriter json, AttemptRow row)
    {
        if (row is { Usage: null, Node: null })
        {
            json.WriteNullValue();
            return;
        }

        var usage = row.Usage;
        Span<long?> values =
        [
            GetMilliseconds(usage?.StartedAt),
            GetMilliseconds(usage?.QueueTime),
            GetMilliseconds(usage?.WallTime),
            GetMilliseconds(usage?.CpuTime),
            usage?.PeakMemoryBytes,
            FindNumber(row.Node),
            FindNumber(usage?.Note),
            FindNumber(usage?.Source.ToText()),
        ];
        while (values is [.., null])
        {
            values = values[..^1];
        }

        json.WriteStartArray();
        foreach (var value in values)
        {
            WriteNumber(json, value);
        }

        json.WriteEndArray();
    }

    private long? FindNumber(string? text) => text is null ? null : _usageTexts.GetNumber(CleanText(text)!);

    private static long? GetMilliseconds(TimeSpan? time) => (long?)time?.TotalMilliseconds;

    private static void WriteOutputs(Utf8JsonWriter json, RecordedAttempt story)
    {
        json.WriteStartArray();
        foreach (var output in story.Outputs.Take(MaxOutputs))
        {
            json.WriteStartArray();
            json.WriteStringValue(output.Path);
            json.WriteNumberValue(output.Size);
            json.WriteStringValue(output.Sha256.Hex);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteNumberValue(Math.Max(0, story.Outputs.Count - MaxOutputs));
    }

    private void WriteAnswer(Utf8JsonWriter json, EventRow? answer)
    {
        if (answer is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartArray();
        WriteText(json, CleanText(answer.Actor));
        json.WriteStringValue(answer.At.ToText());
        WriteText(json, CleanText(answer.Details));
        json.WriteEndArray();
    }

    private void WriteLogEnds(Utf8JsonWriter json, AttemptRow row, IReadOnlyCollection<string> there)
    {
        var texts = row.State is AttemptStatus.Failed or AttemptStatus.FailedInit ? _failureLogs : _otherLogs;
        json.WriteStartArray();
        foreach (var name in RecordedAttemptFiles.TextFiles.Where(there.Contains))
        {
            if (texts.ReadEnd($"{row.RelativePath}/{name}") is { } end)
            {
                json.WriteStartArray();
                json.WriteNumberValue(RecordedAttemptFiles.All.IndexOf(name));
                json.WriteStringValue(CleanText(end.Text));
                json.WriteNumberValue(end.Size);
                json.WriteEndArray();
            }
        }

        json.WriteEndArray();
    }

    private long? GetMilliseconds(DateTimeOffset? at) => at is { } time ? (long)(time - _startedAt).TotalMilliseconds : null;

    private string? CleanText(string? text) => text is null ? null : PlainText.RemoveInvisible(paths.Redact(text)!);

    private static void WriteText(Utf8JsonWriter json, string? text)
    {
        if (text is null)
        {
            json.WriteNullValue();
        }
        else
        {
            json.WriteStringValue(text);
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, long? number)
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

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    // Gives each distinct text a number.
    private sealed class TextTable
    {
        private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

        public List<string> Texts { get; } = [];

        public int GetNumber(string text)
        {
            if (!_numbers.TryGetValue(text, out var number))
            {
                _numbers[text] = number = Texts.Count;
                Texts.Add(text);
            }

            return number;
        }
    }
}
