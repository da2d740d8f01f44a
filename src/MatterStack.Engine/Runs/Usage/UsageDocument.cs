using System.Text;
using System.Text.Json;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Runs.Usage;

/// <summary>Usage of a run as a document for scripts.</summary>
internal static class UsageDocument
{
    /// <summary>Formats a line for each group by RFC 4180, with a header.</summary>
    public static string FormatCsv(string run, IEnumerable<GroupUsage> groups)
    {
        using var text = new StringWriter();
        var csv = new CsvWriter(text);
        csv.WriteRow(UsageColumns.All.Select(static object? (column) => column.Name).Prepend("run_id"));
        foreach (var usage in groups)
        {
            csv.WriteRow(UsageColumns.All.Select(column => column.Get(usage)).Prepend(run));
        }

        return text.ToString();
    }

    /// <summary>Formats an object with an array of groups. An unknown value is null.</summary>
    public static string FormatJson(string run, IEnumerable<GroupUsage> groups)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, JsonText.Indented))
        {
            json.WriteStartObject();
            json.WriteString("run_id", run);
            json.WriteStartArray("groups");
            foreach (var usage in groups)
            {
                json.WriteStartObject();
                foreach (var (name, get) in UsageColumns.All)
                {
                    WriteValue(json, name, get(usage));
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    private static void WriteValue(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNull(name);
                break;
            case int number:
                json.WriteNumber(name, number);
                break;
            case double number:
                json.WriteNumber(name, number);
                break;
            default:
                json.WriteString(name, (string)value);
                break;
        }
    }
}
