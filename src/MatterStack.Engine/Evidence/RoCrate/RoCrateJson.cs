using System.Text.Json;

namespace MatterStack.Engine.Evidence.RoCrate;

/// <summary>Writes entities of an RO-Crate's flat graph.</summary>
internal sealed class RoCrateJson(Utf8JsonWriter json)
{
    private const int FlushThresholdBytes = 1 << 16;

    /// <summary>Path of a file as an <c>@id</c>; characters that a URI does not allow are escaped.</summary>
    public static string GetFileId(string path) =>
        path.All(static c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or '@' or '~' or '+' or '=')
            ? path
            : string.Join('/', path.Split('/').Select(Uri.EscapeDataString)).Replace("%40", "@", StringComparison.Ordinal);

    public void WriteEntity(string id, IReadOnlyList<string> types, Action properties)
    {
        json.WriteStartObject();
        json.WriteString("@id", id);
        if (types.Count == 1)
        {
            json.WriteString("@type", types[0]);
        }
        else
        {
            json.WriteStartArray("@type");
            foreach (var type in types)
            {
                json.WriteStringValue(type);
            }

            json.WriteEndArray();
        }

        properties();
        json.WriteEndObject();
        if (json.BytesPending > FlushThresholdBytes)
        {
            json.Flush();
        }
    }

    public void WriteEntity(string id, string type, Action properties) => WriteEntity(id, [type], properties);

    public void WriteText(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            json.WriteString(name, value);
        }
    }

    /// <summary>Writes texts as an array; writes nothing if there are none.</summary>
    public void WriteTexts(string name, IReadOnlyList<string> values)
    {
        if (values.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    public void WriteNumber(string name, long value) => json.WriteNumber(name, value);

    public void WriteReference(string name, string id)
    {
        json.WritePropertyName(name);
        WriteId(id);
    }

    /// <summary>Writes references as an array; writes nothing if there are none.</summary>
    public void WriteReferences(string name, IEnumerable<string> ids)
    {
        using var all = ids.GetEnumerator();
        if (!all.MoveNext())
        {
            return;
        }

        json.WriteStartArray(name);
        do
        {
            WriteId(all.Current);
            if (json.BytesPending > FlushThresholdBytes)
            {
                json.Flush();
            }
        } while (all.MoveNext());
        json.WriteEndArray();
    }

    private void WriteId(string id)
    {
        json.WriteStartObject();
        json.WriteString("@id", id);
        json.WriteEndObject();
    }
}
