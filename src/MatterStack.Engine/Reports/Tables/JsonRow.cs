using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MatterStack.Engine.Reports.Tables;

/// <summary>A row of a table as a JSON object on one line. Numbers have the text that the task wrote; an unknown value is null.</summary>
internal sealed class JsonRow : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly Utf8JsonWriter _json;
    private readonly JsonEncodedText[] _names;

    public JsonRow(TableColumns columns)
    {
        // Units such as Å stay readable; the document is no part of a page.
        var options = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        _json = new Utf8JsonWriter(_buffer, options);
        _names = [.. columns.All.Select(column => JsonEncodedText.Encode(column.Name, options.Encoder))];
    }

    public string Format(ReadOnlySpan<ResultValue> values)
    {
        _buffer.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        for (var i = 0; i < values.Length; i++)
        {
            _json.WritePropertyName(_names[i]);
            switch (values[i])
            {
                case { Kind: ResultKind.Unknown }:
                    _json.WriteNullValue();
                    break;
                case { Kind: ResultKind.Text, Text: var text }:
                    _json.WriteStringValue(text);
                    break;
                case { Text: var text }:
                    _json.WriteRawValue(text!, skipInputValidation: true);
                    break;
            }
        }

        _json.WriteEndObject();
        _json.Flush();
        return Encoding.UTF8.GetString(_buffer.WrittenSpan);
    }

    public void Dispose() => _json.Dispose();
}
