using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Caching;

/// <summary>Format of an entry's file: a line with the hash of the rest, then JSON.</summary>
/// <remarks>Written and read by hand, because every process would have to compile a serializer again.</remarks>
internal static class CacheEntryFile
{
    private const string Header = "matterstack-result 1 ";
    private const int HeaderLength = 21 + 64 + 1;

    public static byte[] Write(CacheEntry entry)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("fingerprint", entry.Fingerprint.Hash.Hex);
            json.WriteString("parts", entry.Fingerprint.Text);
            Write(json, "files", entry.Files);
            Write(json, "logs", entry.Logs);
            json.WritePropertyName("origin");
            CacheOriginJson.Write(json, entry.Origin);
            json.WriteEndObject();
        }

        body.Write("\n"u8);
        return [.. Encoding.ASCII.GetBytes(Header + Sha256.ComputeHash(body.WrittenSpan).Hex + "\n"), .. body.WrittenSpan];
    }

    /// <summary>Reads the entry of a fingerprint.</summary>
    /// <exception cref="FormatException">The file is truncated, was changed, belongs to another fingerprint or has another
    /// format.</exception>
    public static CacheEntry Read(ReadOnlyMemory<byte> bytes, Sha256 wanted)
    {
        if (bytes.Length < HeaderLength || !bytes.Span.StartsWith(Encoding.ASCII.GetBytes(Header)))
        {
            throw new FormatException("it does not begin with the header of an entry");
        }

        if (Encoding.ASCII.GetString(bytes.Span[Header.Length..HeaderLength]) != Sha256.ComputeHash(bytes.Span[HeaderLength..]).Hex + "\n")
        {
            throw new FormatException("its content does not match its hash");
        }

        try
        {
            using var document = JsonDocument.Parse(bytes[HeaderLength..]);
            var root = document.RootElement;
            return
                Fingerprint.Parse(ReadText(root, "parts")) is { } fingerprint
                && fingerprint.Hash == wanted
                && ReadText(root, "fingerprint") == wanted.Hex
                ? new CacheEntry(
                    fingerprint,
                    ReadFiles(root.GetProperty("files")),
                    ReadFiles(root.GetProperty("logs")),
                    CacheOriginJson.Read(root.GetProperty("origin"))
                )
                : throw new FormatException("it is the entry of another fingerprint");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or OverflowException)
        {
            throw new FormatException(e.Message, e);
        }
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<CachedFile> files)
    {
        json.WriteStartArray(name);
        foreach (var file in files)
        {
            json.WriteStartObject();
            json.WriteString("path", file.Path);
            json.WriteString("sha256", file.Hash.Hex);
            json.WriteNumber("size", file.Size);
            json.WriteString("mode", Convert.ToString(file.Mode, 8));
            json.WriteBoolean("declared", file.IsDeclared);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static List<CachedFile> ReadFiles(JsonElement array)
    {
        var files = new List<CachedFile>(array.GetArrayLength());
        foreach (var file in array.EnumerateArray())
        {
            // The path is used in a run's folder. MatterStack never writes a path that leads outside.
            var path = ReadText(file, "path");
            if (RelativePath.Normalise(path) != path || !Sha256.TryParse(ReadText(file, "sha256"), out var hash))
            {
                throw new FormatException($"'{path}' is not a valid file of a result");
            }

            files.Add(
                new CachedFile(
                    path,
                    hash,
                    file.GetProperty("size").GetInt64(),
                    ParseMode(ReadText(file, "mode")),
                    file.GetProperty("declared").GetBoolean()
                )
            );
        }

        return files;
    }

    private static int ParseMode(string text)
    {
        var mode = 0;
        foreach (var digit in text)
        {
            mode =
                digit is >= '0' and <= '7' && mode < 64
                    ? mode * 8 + (digit - '0')
                    : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"'{text}' is not a valid file mode"));
        }

        return mode;
    }

    private static string ReadText(JsonElement json, string name) =>
        json.GetProperty(name).GetString() ?? throw new FormatException($"'{name}' is missing");
}
