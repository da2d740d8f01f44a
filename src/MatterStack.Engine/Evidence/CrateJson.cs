using System.Text.Json;

namespace MatterStack.Engine.Evidence;

/// <summary>Writes entities of an RO-Crate's flat graph.</summary>
internal sealed class CrateJson(Utf8JsonWriter json)
{
    private const int Piece = 1 << 16;

    /// <summary>Path of a file as an <c>@id</c>; characters that a URI does not allow are escaped.</summary>
    public static string IdOf(string path) => path.All(static c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or '@' or '~' or '+' or '=')
        ? path
        : string.Join('/', path.Split('/').Select(Uri.EscapeDataString)).Replace("%40", "@", StringComparison.Ordinal);

    public void Entity(string id, IReadOnlyList<string> types, Action properties)
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
        if (json.BytesPending > Piece)
        {
            json.Flush();
        }
    }

    public void Entity(string id, string type, Action properties) => Entity(id, [type], properties);

    public void Text(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            json.WriteString(name, value);
        }
    }

    public void Number(string name, long value) => json.WriteNumber(name, value);

    public void Reference(string name, string id)
    {
        json.WritePropertyName(name);
        Id(id);
    }

    /// <summary>Writes references as an array; writes nothing if there are none.</summary>
    public void References(string name, IEnumerable<string> ids)
    {
        using var all = ids.GetEnumerator();
        if (!all.MoveNext())
        {
            return;
        }

        json.WriteStartArray(name);
        do
        {
            Id(all.Current);
            if (json.BytesPending > Piece)
            {
                json.Flush();
            }
        }
        while (all.MoveNext());
        json.WriteEndArray();
    }

    private void Id(string id)
    {
        json.WriteStartObject();
        json.WriteString("@id", id);
        json.WriteEndObject();
    }
}
