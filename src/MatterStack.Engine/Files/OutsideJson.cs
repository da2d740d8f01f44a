using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MatterStack.Engine.Files;

/// <summary>
/// Reads JSON from outside: from tasks, people, instruments and unknown sources. All texts follow RFC 7493 (I-JSON): UTF-8, unique names,
/// valid Unicode strings, numbers in the range of a double; in addition the depth is limited. A byte order mark is skipped.
/// </summary>
/// <remarks>
/// An accepted text can be read, written, compared and passed on without an exception. Therefore it is checked here and not where it is
/// used.
/// </remarks>
internal static class OutsideJson
{
    /// <summary>Size limit of results, answers and data, in bytes; bulk data belongs in files.</summary>
    public const int MaxBytes = 16 << 20;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Options to write accepted JSON for people.</summary>
    public static JsonSerializerOptions IndentedOptions { get; } =
        new()
        {
            WriteIndented = true,
            NewLine = "\n",
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            MaxDepth = JsonRule.MaxRecordsDepth,
        };

    /// <summary>The same in one line.</summary>
    public static JsonSerializerOptions SingleLineOptions { get; } = new(IndentedOptions) { WriteIndented = false };

    /// <summary>Parses a text. Returns null and the fault if the text is rejected.</summary>
    public static JsonDocument? Parse(ReadOnlyMemory<byte> bytes, JsonRule rule, out JsonFault? fault)
    {
        fault = JsonCheck.FindFault(bytes.Span, rule);
        return fault is not null
            ? null
            : JsonDocument.Parse(
                ByteOrderMark.Skip(bytes),
                new JsonDocumentOptions
                {
                    MaxDepth = rule.MaxDepth,
                    AllowTrailingCommas = rule.AllowsComments,
                    CommentHandling = rule.AllowsComments ? JsonCommentHandling.Skip : JsonCommentHandling.Disallow,
                }
            );
    }

    /// <inheritdoc cref="Parse(ReadOnlyMemory{byte}, JsonRule, out JsonFault)"/>
    public static JsonDocument? Parse(string text, JsonRule rule, out JsonFault? fault)
    {
        try
        {
            return Parse(StrictUtf8.GetBytes(text), rule, out fault);
        }
        catch (EncoderFallbackException e)
        {
            fault = new JsonFault(FormattableString.Invariant($"character {e.Index + 1} is one half of a surrogate pair"));
            return null;
        }
    }

    /// <summary>Checks a text. Returns null if it is accepted.</summary>
    public static JsonFault? FindFault(ReadOnlySpan<byte> bytes, JsonRule rule) => JsonCheck.FindFault(bytes, rule);

    /// <inheritdoc cref="FindFault(ReadOnlySpan{byte}, JsonRule)"/>
    public static JsonFault? FindFault(string text, JsonRule rule)
    {
        using var document = Parse(text, rule, out var fault);
        return fault;
    }

    /// <summary>Converts an accepted value into a mutable node. Returns null for a JSON null.</summary>
    public static JsonNode? ToNode(JsonElement value) =>
        JsonNode.Parse(ToText(value), documentOptions: new JsonDocumentOptions { MaxDepth = JsonRule.MaxRecordsDepth });

    /// <summary>
    /// Converts an accepted value into text for every JSON reader: the original text, or a text without comments if the original has some.
    /// </summary>
    public static string ToText(JsonElement value)
    {
        var text = value.GetRawText();
        if (JsonCheck.FindFault(Encoding.UTF8.GetBytes(text), new JsonRule(JsonRule.MaxRecordsDepth, AllowsAnyValue: true)) is null)
        {
            return text;
        }

        var written = new ArrayBufferWriter<byte>(text.Length);
        using (
            var json = new Utf8JsonWriter(
                written,
                new JsonWriterOptions { Encoder = IndentedOptions.Encoder, MaxDepth = JsonRule.MaxRecordsDepth }
            )
        )
        {
            value.WriteTo(json);
        }

        return Encoding.UTF8.GetString(written.WrittenSpan);
    }
}
