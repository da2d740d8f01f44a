using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Reports.Comparison;

/// <summary>Writes a comparison as one JSON object, with a line for each task.</summary>
internal sealed class ComparisonJson : IComparisonWriter
{
    private readonly TextWriter _text;
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly Utf8JsonWriter _json;
    private ComparedRuns? _runs;
    private bool _hasTasks;

    /// <param name="text">Receives the lines; the caller disposes it.</param>
    public ComparisonJson(TextWriter text)
    {
        _text = text;
        _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    public void Begin(ComparedRuns runs)
    {
        _runs = runs;
        _text.Write(
            "{\"before\": "
                + FormatObject(json => WriteRun(json, runs.Before, runs.ProgramBefore))
                + ",\n\"after\": "
                + FormatObject(json => WriteRun(json, runs.After, runs.ProgramAfter))
                + ",\n\"tolerance\": "
                + (runs.Tolerance?.ToString("R", System.Globalization.CultureInfo.InvariantCulture) ?? "null")
                + ",\n\"wiring\": "
                + FormatWiring(runs)
                + ",\n\"tasks\": ["
        );
    }

    public void WriteTask(TaskDifference task)
    {
        _text.Write(_hasTasks ? ",\n" : "\n");
        _hasTasks = true;
        _text.Write(
            FormatObject(json =>
            {
                json.WriteString("task", task.Task.Value);
                json.WriteString("change", task.Change.ToText());
                json.WriteString("state_before", task.Before?.ToText());
                json.WriteString("state_after", task.After?.ToText());
                json.WriteNumber("results_differing", task.ValueCount);
                json.WriteStartArray("results");
                foreach (var value in task.Values)
                {
                    WriteValue(json, value);
                }

                json.WriteEndArray();
                WriteNamed(json, "files", task.Files);
                WriteNamed(json, "fingerprint", task.Parts);
            })
        );
    }

    public void End(RunComparer comparer)
    {
        _text.Write(
            (_hasTasks ? "\n]" : "]")
                + ",\n\"counts\": "
                + FormatObject(json =>
                {
                    json.WriteNumber("added", comparer.Added);
                    json.WriteNumber("gone", comparer.Gone);
                    json.WriteNumber("different", comparer.Different);
                    json.WriteNumber("equal", comparer.Equal);
                })
                + ",\n\"differ\": "
                + (comparer.HasDifferences || _runs!.HasDifferences ? "true" : "false")
                + "}\n"
        );
    }

    public void Dispose() => _json.Dispose();

    private static void WriteRun(Utf8JsonWriter json, Runs.Store.RunRow run, string? program)
    {
        json.WriteString("run", run.RunId.Value);
        json.WriteString("state", run.State.ToText());
        json.WriteString("definition_sha256", run.DefinitionSha256.Hex);
        json.WriteString("program_sha256", program);
    }

    private static void WriteValue(Utf8JsonWriter json, ValueDifference value)
    {
        json.WriteStartObject();
        json.WriteString("name", value.Name);
        WriteRaw(json, "before", value.Before);
        WriteRaw(json, "after", value.After);
        WriteNumber(json, "absolute", value.Absolute);
        WriteNumber(json, "relative", value.Relative);
        json.WriteEndObject();
    }

    private static void WriteNamed(Utf8JsonWriter json, string name, IReadOnlyList<NamedDifference> differences)
    {
        json.WriteStartArray(name);
        foreach (var difference in differences)
        {
            json.WriteStartObject();
            json.WriteString("name", difference.Name);
            json.WriteString("before", difference.Before);
            json.WriteString("after", difference.After);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteRaw(Utf8JsonWriter json, string name, string? value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value ?? "null");
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } known)
        {
            json.WriteNumber(name, known);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private string FormatWiring(ComparedRuns runs)
    {
        if (runs.Wiring is not { } wiring)
        {
            return "null";
        }

        var objects = wiring.Select(difference =>
            FormatObject(json =>
            {
                json.WriteString("operator_key", difference.Key?.Value);
                json.WriteString("field", difference.Field);
                json.WriteString("before", difference.Before);
                json.WriteString("after", difference.After);
                json.WriteBoolean("affects_results", difference.AffectsResults || difference.ConcernedParts is not null);
            })
        );
        return $"[{string.Join(",\n", objects)}]";
    }

    private string FormatObject(Action<Utf8JsonWriter> write)
    {
        _buffer.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        write(_json);
        _json.WriteEndObject();
        _json.Flush();
        return Encoding.UTF8.GetString(_buffer.WrittenSpan);
    }
}
