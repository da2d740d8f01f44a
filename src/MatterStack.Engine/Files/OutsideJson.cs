using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MatterStack.Engine.Files;

/// <summary>Reads JSON that somebody else wrote: tasks, people, instruments, strangers. There is one rule, that of RFC 7493 (I-JSON): UTF-8, names that occur once, texts that are text, numbers that a double holds; besides, a limited depth. A byte order mark is passed over.</summary>
/// <remarks>What is taken here can be read, written, compared and handed on without an exception. That is why it is checked here, and not where it is used.</remarks>
internal static class OutsideJson
{
    /// <summary>Largest results, answers and data, in bytes; bulk data belongs into files.</summary>
    public const int Largest = 16 << 20;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>How what was taken is written again for people.</summary>
    public static JsonSerializerOptions Layout { get; } =
        new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = JsonRule.Wrapped };

    /// <summary>The same in one line.</summary>
    public static JsonSerializerOptions OneLine { get; } = new(Layout) { WriteIndented = false };

    /// <summary>The document; null, and what is wrong, if it is not to be taken.</summary>
    public static JsonDocument? Parse(ReadOnlyMemory<byte> bytes, JsonRule rule, out JsonFault? fault)
    {
        fault = JsonCheck.Check(bytes.Span, rule);
        return fault is not null ? null : JsonDocument.Parse(ByteOrderMark.Skip(bytes), new JsonDocumentOptions
        {
            MaxDepth = rule.Levels,
            AllowTrailingCommas = rule.Comments,
            CommentHandling = rule.Comments ? JsonCommentHandling.Skip : JsonCommentHandling.Disallow,
        });
    }

    /// <inheritdoc cref="Parse(ReadOnlyMemory{byte}, JsonRule, out JsonFault)"/>
    public static JsonDocument? Parse(string text, JsonRule rule, out JsonFault? fault)
    {
        try
        {
            return Parse(Strict.GetBytes(text), rule, out fault);
        }
        catch (EncoderFallbackException e)
        {
            fault = new JsonFault(FormattableString.Invariant($"character {e.Index + 1} is one half of a surrogate pair"));
            return null;
        }
    }

    /// <summary>What is wrong with a text; null if it can be taken.</summary>
    public static JsonFault? Check(ReadOnlySpan<byte> bytes, JsonRule rule) => JsonCheck.Check(bytes, rule);

    /// <inheritdoc cref="Check(ReadOnlySpan{byte}, JsonRule)"/>
    public static JsonFault? Check(string text, JsonRule rule)
    {
        using var document = Parse(text, rule, out var fault);
        return fault;
    }

    /// <summary>A value that was taken, to be changed; null where it is null.</summary>
    public static JsonNode? NodeOf(JsonElement value) => JsonNode.Parse(TextOf(value), documentOptions: new JsonDocumentOptions { MaxDepth = JsonRule.Wrapped });

    /// <summary>A value that was taken, as text that every reader takes: as it was written, or, where that has comments, without them.</summary>
    public static string TextOf(JsonElement value)
    {
        var text = value.GetRawText();
        if (JsonCheck.Check(Encoding.UTF8.GetBytes(text), new JsonRule(JsonRule.Wrapped, AnyValue: true)) is null)
        {
            return text;
        }

        var written = new ArrayBufferWriter<byte>(text.Length);
        using (var json = new Utf8JsonWriter(written, new JsonWriterOptions { Encoder = Layout.Encoder, MaxDepth = JsonRule.Wrapped }))
        {
            value.WriteTo(json);
        }

        return Encoding.UTF8.GetString(written.WrittenSpan);
    }
}
