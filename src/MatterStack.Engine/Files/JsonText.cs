using System.Text.Json;

namespace MatterStack.Engine.Files;

/// <summary>Reads and writes JSON properties that may be missing.</summary>
internal static class JsonText
{
    /// <summary>Layout of JSON files for people and programs on all systems.</summary>
    public static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n" };

    /// <summary>Text of a property. Returns null if the property is missing or null.</summary>
    /// <exception cref="InvalidOperationException">The property is no text.</exception>
    public static string? FindText(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? value.GetString() : null;

    /// <summary>Number of a property. Returns null if the property is missing.</summary>
    /// <exception cref="InvalidOperationException">The property is no number.</exception>
    /// <exception cref="FormatException">The number is no integer of 64 bits.</exception>
    public static long? FindNumber(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? value.GetInt64() : null;

    /// <summary>Writes a property, unless its value is null.</summary>
    public static void WriteOptional(this Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    /// <summary>Writes a property, unless its value is null.</summary>
    public static void WriteOptional(this Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    /// <summary>Writes a property, unless its value is null.</summary>
    public static void WriteOptional(this Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }
}
