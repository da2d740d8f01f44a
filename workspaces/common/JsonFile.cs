using System.Text.Json;

namespace Common;

/// <summary>Reads and writes the JSON files of a task. Everything wrong with a file is a <see cref="UserError"/> that names it.</summary>
internal static class JsonFile
{
    /// <summary>Reads a file whose content is a JSON object and takes from it what is wanted.</summary>
    public static T Read<T>(string path, Func<JsonElement, T> take)
    {
        try
        {
            return Take(path, File.ReadAllBytes(path), take);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw UserError.NoInput($"{path} does not exist");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw UserError.NoInput($"{path} cannot be read: {error.Message}");
        }
    }

    /// <summary>Takes what is wanted from the bytes of a JSON object; <paramref name="place"/> says in errors where they stand.</summary>
    public static T Take<T>(string place, byte[] content, Func<JsonElement, T> take)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? take(document.RootElement)
                : throw UserError.Invalid($"{place} must hold a JSON object");
        }
        catch (JsonException error)
        {
            throw UserError.Invalid($"{place} is not valid JSON: {error.Message}");
        }
        catch (InvalidOperationException error)
        {
            // Broken UTF-8 and lone surrogates are noticed only when a string is taken out.
            throw UserError.Invalid($"{place} is not valid JSON: {error.Message}");
        }
    }

    /// <summary>Writes a JSON object; a reader sees the whole file or none.</summary>
    public static void Write(string path, Action<Utf8JsonWriter> members)
    {
        var content = Content(path, members);
        try
        {
            var temporary = path + ".tmp";
            File.WriteAllBytes(temporary, content);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw UserError.CannotWrite($"{path} cannot be written: {error.Message}");
        }
    }

    private static byte[] Content(string path, Action<Utf8JsonWriter> members)
    {
        using var content = new MemoryStream();
        try
        {
            using var writer = new Utf8JsonWriter(content, new JsonWriterOptions { Indented = true, NewLine = "\n" });
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }
        catch (ArgumentException)
        {
            // JSON has no NaN and no infinity. Parameters far from those of any metal lead here.
            throw UserError.Invalid($"a result for {path} is not a finite number");
        }
        content.WriteByte((byte)'\n');
        return content.ToArray();
    }

    /// <summary>A finite number; <paramref name="place"/> says in the error where the object stands.</summary>
    public static double Number(JsonElement parent, string name, string place) =>
        parent.ValueKind == JsonValueKind.Object
        && parent.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetDouble(out var number)
        && double.IsFinite(number)
            ? number
            : throw UserError.Invalid($"{place}: '{name}' must be a number");

    /// <summary>A finite number above zero.</summary>
    public static double Positive(JsonElement parent, string name, string place) =>
        Number(parent, name, place) is var number and > 0 ? number : throw UserError.Invalid($"{place}: '{name}' must be above zero");

    public static string Text(JsonElement parent, string name, string place) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw UserError.Invalid($"{place}: '{name}' must be a text");
}
