using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Evidence.Figures;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Evidence.Report;

/// <summary>
/// Writes the data of the page's script: every task with every attempt, the graph, and the figures. Rows are arrays, and repeated texts are
/// numbers, so that 10,000 tasks take a few MB.
/// </summary>
/// <remarks>
/// A task: id, state, operator, iteration, node of the graph, reason, command, whether it may fail, question to a person, attempts.
/// An attempt: index, id, state, operator, reason, exit code, created, submitted, ended (ms since the run began), wiring, operator hash,
/// cached from, external id,
/// bit mask of its files, outputs (path, size, hash), number of further outputs, answer (person, time, text), ends of files (number of the
/// file, text, size).
/// </remarks>
internal sealed class ReportData(RunStory story, ReportFiles files, PortableText paths, RunFigures figures)
{
    // Characters of log text. Failed tasks have a limit of their own, so that other logs cannot use it up.
    private const int RoomForFailures = 1 << 20;
    private const int RoomForOthers = 1 << 20;
    private const int MostOutputs = 20;

    // JSON inside HTML: characters that could end the element or start another are escaped; letters are not.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    private readonly LogTexts _ofFailures = new(files, RoomForFailures);
    private readonly LogTexts _ofOthers = new(files, RoomForOthers);
    private readonly Shared _states = new();
    private readonly Shared _operators = new();
    private readonly Shared _reasons = new();
    private readonly Shared _hashes = new();
    private readonly DateTimeOffset _began = Timestamps.Parse(story.Reader.RunRow.CreatedAtUtc);

    public void Write(Stream stream, Action<Utf8JsonWriter> more)
    {
        using var json = new Utf8JsonWriter(stream, Options);
        var graph = new RunGraph(story.Reader);
        json.WriteStartObject();
        more(json);
        json.WriteNumber("began", _began.ToUnixTimeMilliseconds());
        Texts(json, "files", BundleNames.OfAttempt);
        json.WriteStartArray("tasks");
        foreach (var task in story.Tasks())
        {
            Task(json, task, graph);
            if (json.BytesPending > 1 << 16)
            {
                json.Flush();
            }
        }

        json.WriteEndArray();
        graph.Write(json);
        figures.Write(json);
        Texts(json, "states", _states.All);
        Texts(json, "operators", _operators.All);
        Texts(json, "reasons", _reasons.All);
        Texts(json, "hashes", _hashes.All);
        json.WriteEndObject();
    }

    private void Task(Utf8JsonWriter json, TaskStory task, RunGraph graph)
    {
        var row = task.Row;
        json.WriteStartArray();
        json.WriteStringValue(row.TaskId);
        json.WriteNumberValue(_states.Of(row.State));
        json.WriteNumberValue(_operators.Of(row.OperatorKey));
        json.WriteNumberValue(row.Iteration);
        json.WriteNumberValue(graph.NodeOf(row.TaskId));
        json.WriteNumberValue(_reasons.Of(Clean(row.Reason) ?? ""));
        json.WriteStringValue(Clean(row.Command));
        json.WriteNumberValue(row.AllowFailure ? 1 : 0);
        Text(json, Asks(task) ? Clean(task.Planned.Task.Message) : null);
        json.WriteStartArray();
        foreach (var attempt in task.Attempts)
        {
            Attempt(json, attempt);
        }

        json.WriteEndArray();
        json.WriteEndArray();
    }

    private static bool Asks(TaskStory task) => task.Definition.Contains("\"message\"", StringComparison.Ordinal) || task.Definition.Contains(nameof(TaskKind.Gate), StringComparison.Ordinal);

    private void Attempt(Utf8JsonWriter json, AttemptStory story)
    {
        var row = story.Row;
        json.WriteStartArray();
        json.WriteNumberValue(row.AttemptIndex);
        json.WriteStringValue(row.AttemptId);
        json.WriteNumberValue(_states.Of(row.State));
        json.WriteNumberValue(_operators.Of(row.OperatorKey));
        json.WriteNumberValue(_reasons.Of(Clean(row.Reason) ?? ""));
        Number(json, row.ExitCode);
        Number(json, Since(row.CreatedAtUtc));
        Number(json, Since(row.SubmittedAtUtc));
        Number(json, Since(row.EndedAtUtc));
        json.WriteNumberValue(_hashes.Of(row.WiringSha256));
        json.WriteNumberValue(_hashes.Of(row.OperatorSha256));
        Text(json, Clean(row.CachedFrom));
        Text(json, Clean(row.ExternalId));
        var there = files.Of(row);
        json.WriteNumberValue(BundleNames.OfAttempt.Select((name, i) => there.Contains(name) ? 1 << i : 0).Sum());
        Outputs(json, story);
        Answer(json, story.Answer);
        Ends(json, row, there);
        json.WriteEndArray();
    }

    private static void Outputs(Utf8JsonWriter json, AttemptStory story)
    {
        json.WriteStartArray();
        foreach (var output in story.Outputs.Take(MostOutputs))
        {
            json.WriteStartArray();
            json.WriteStringValue(output.Path);
            json.WriteNumberValue(output.Size);
            json.WriteStringValue(output.Sha256);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteNumberValue(Math.Max(0, story.Outputs.Count - MostOutputs));
    }

    private void Answer(Utf8JsonWriter json, EventRow? answer)
    {
        if (answer is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartArray();
        Text(json, Clean(answer.Actor));
        json.WriteStringValue(answer.AtUtc);
        Text(json, Clean(answer.Details));
        json.WriteEndArray();
    }

    private void Ends(Utf8JsonWriter json, AttemptRow row, IReadOnlyCollection<string> there)
    {
        var texts = row.State is "FAILED" or "FAILED_INIT" ? _ofFailures : _ofOthers;
        json.WriteStartArray();
        foreach (var name in BundleNames.Texts.Where(there.Contains))
        {
            if (texts.Take($"{row.RelativePath}/{name}") is { } end)
            {
                json.WriteStartArray();
                json.WriteNumberValue(BundleNames.OfAttempt.IndexOf(name));
                json.WriteStringValue(Clean(end.Text));
                json.WriteNumberValue(end.Size);
                json.WriteEndArray();
            }
        }

        json.WriteEndArray();
    }

    private long? Since(string? at) => at is null ? null : (long)(Timestamps.Parse(at) - _began).TotalMilliseconds;

    private string? Clean(string? text) => text is null ? null : PlainText.Of(paths.Clean(text)!);

    private static void Text(Utf8JsonWriter json, string? text)
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

    private static void Number(Utf8JsonWriter json, long? number)
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

    private static void Texts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    // Gives each distinct text a number.
    private sealed class Shared
    {
        private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

        public List<string> All { get; } = [];

        public int Of(string text)
        {
            if (!_numbers.TryGetValue(text, out var number))
            {
                _numbers[text] = number = All.Count;
                All.Add(text);
            }

            return number;
        }
    }
}
