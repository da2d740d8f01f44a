using System.Text;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Tests.Files;

/// <summary>Texts that are JSON, nearly JSON, or were; the same ones for the same seed.</summary>
internal sealed class RandomJson(int seed)
{
    private static readonly string[] Names =
    [
        "a",
        "b",
        "data",
        "status",
        "é",
        "\\u00e9",
        "\\ud83d\\ude00",
        "\\ud800",
        "",
        "files",
        "x y",
        "\\n",
    ];
    private static readonly string[] Texts =
    [
        "x",
        "",
        "caf\u00E9",
        "\\ud83d\\ude00",
        "\\udc00",
        "\\u0000",
        "\\\\ud800",
        "\U0001F600",
        "\\\"",
        "COMPLETED",
        "2026-01-01T00:00:00Z",
        "::error::x",
        "\\u2028",
    ];
    private static readonly string[] Numbers =
    [
        "0",
        "-0",
        "1",
        "1.5e3",
        "1e308",
        "1e309",
        "-1e999",
        "1e-999",
        "0.1234567890123456789012345678901234567890",
        "9223372036854775808",
        "1E+2",
        "01",
        "NaN",
        "1.",
        "-",
    ];
    private readonly Random _random = new(seed);

    public JsonRule Rule() =>
        _random.Next(4) switch
        {
            0 => JsonRule.Results,
            1 => JsonRule.Answer,
            2 => JsonRule.Value,
            _ => JsonRule.Data,
        };

    /// <summary>One text; about half of them are whole.</summary>
    public byte[] Bytes()
    {
        var text = new StringBuilder(_random.Next(12) == 0 ? "\uFEFF" : "");
        Object(text, _random.Next(20) == 0 ? 60 + _random.Next(8) : 4);
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        for (var changes = _random.Next(2) == 0 ? 0 : 1 + _random.Next(3); changes > 0; changes--)
        {
            bytes = Changed(bytes);
        }

        return bytes;
    }

    /// <summary>One that is whole, has nothing that is refused in it, and is as deep as told.</summary>
    public string Whole(int levels)
    {
        var text = new StringBuilder();
        for (var level = 1; level < levels; level++)
        {
            text.Append("{\"n\": ")
                .Append(_random.Next(100))
                .Append(", \"t\": \"")
                .Append(Texts[_random.Next(4)])
                .Append("\", \"below\": ");
        }

        return text.Append("{}").Append('}', levels - 1).ToString();
    }

    private byte[] Changed(byte[] bytes)
    {
        if (bytes.Length < 2)
        {
            return bytes;
        }

        var at = _random.Next(bytes.Length);
        return _random.Next(6) switch
        {
            0 => [.. bytes[..at], (byte)_random.Next(256), .. bytes[at..]],
            1 => [.. bytes[..at], .. bytes[Math.Min(at + 1, bytes.Length)..]],
            2 => bytes[..Math.Max(at, 1)],
            3 => [.. bytes, .. bytes[at..]],
            4 => [.. bytes[..at], (byte)(bytes[at] ^ 1 << _random.Next(8)), .. bytes[(at + 1)..]],
            _ => [.. bytes[..at], .. "/* c */"u8, .. bytes[at..]],
        };
    }

    private void Value(StringBuilder text, int levels)
    {
        switch (
            _random.Next(
                levels > 50 ? 2
                : levels > 0 ? 6
                : 4
            ) + (levels > 50 ? 4 : 0)
        )
        {
            case 0:
                text.Append(Numbers[_random.Next(_random.Next(8) == 0 ? Numbers.Length : 5)]);
                break;
            case 1:
                text.Append('"').Append(Texts[_random.Next(_random.Next(8) == 0 ? Texts.Length : 4)]).Append('"');
                break;
            case 2:
                text.Append(_random.Next(2) == 0 ? "true" : "null");
                break;
            case 3:
                text.Append("{}");
                break;
            case 4:
                Object(text, levels - 1);
                break;
            default:
                text.Append('[');
                for (var left = levels > 5 ? 1 : _random.Next(4); left > 0; left--)
                {
                    Value(text, levels - 1);
                    text.Append(left > 1 ? ", " : "");
                }

                text.Append(']');
                break;
        }
    }

    private void Object(StringBuilder text, int levels)
    {
        text.Append('{');
        var from = _random.Next(Names.Length);
        for (var left = levels > 5 ? 1 : _random.Next(4); left > 0; left--)
        {
            text.Append('"').Append(_random.Next(30) == 0 ? Names[_random.Next(Names.Length)] : "n" + (from + left)).Append("\": ");
            Value(text, levels - 1);
            text.Append(
                left > 1 ? ",\n "
                : _random.Next(40) == 0 ? ","
                : ""
            );
        }

        text.Append('}');
    }
}
