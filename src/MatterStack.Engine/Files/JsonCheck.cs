using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Files;

/// <summary>Finds the first fault that makes <see cref="OutsideJson"/> reject a text, with its position.</summary>
internal ref struct JsonCheck
{
    // A double has 17 significant digits; a number with more digits than this limit is an error of its author.
    private const int MaxDigits = 1000;
    private const int MaxExponentDigits = 5;
    private const int MaxWordCharacters = 40;
    private const int MaxReasonCharacters = 120;
    private const int MaxReusedNames = 64;

    private readonly ReadOnlySpan<byte> _text;
    private readonly JsonRule _rule;

    // Names of the open objects by nesting level; the set of an array stays empty.
    private readonly List<HashSet<string>> _names = [];
    private int _level;

    private JsonCheck(ReadOnlySpan<byte> text, JsonRule rule)
    {
        _text = text;
        _rule = rule;
    }

    /// <summary>Checks a text. Returns null if it is valid.</summary>
    public static JsonFault? FindFault(ReadOnlySpan<byte> bytes, JsonRule rule)
    {
        var text = ByteOrderMark.Skip(bytes);
        if (FindOtherEncoding(bytes) is { } other)
        {
            return new JsonFault($"it is {other}; write it as UTF-8");
        }

        if (!Utf8.IsValid(text))
        {
            var at = FindInvalidByte(text);
            return CreateFault(
                text,
                at,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"byte 0x{text[at]:X2} is not UTF-8 ('{ReadTextBefore(text, at)}\\x{text[at]:X2}', "
                        + $"byte {bytes.Length - text.Length + at + 1})"
                )
            );
        }

        return text.IndexOfAnyExcept(" \t\r\n"u8) < 0 ? new JsonFault("it is empty") : new JsonCheck(text, rule).FindFault();
    }

    private JsonFault? FindFault()
    {
        var reader = new Utf8JsonReader(
            _text,
            new JsonReaderOptions
            {
                // One level more than allowed, so that this class reports the depth before the reader does.
                MaxDepth = _rule.MaxDepth + 1,
                AllowTrailingCommas = _rule.AllowsComments,
                CommentHandling = _rule.AllowsComments ? JsonCommentHandling.Skip : JsonCommentHandling.Disallow,
            }
        );
        try
        {
            for (var first = true; reader.Read(); first = false)
            {
                if (first && !_rule.AllowsAnyValue && reader.TokenType != JsonTokenType.StartObject)
                {
                    return CreateFault(
                        (int)reader.TokenStartIndex,
                        $"it is not a JSON object but begins with '{ReadWord((int)reader.TokenStartIndex)}'"
                    );
                }

                if (FindFault(ref reader) is { } fault)
                {
                    return fault;
                }
            }

            return null;
        }
        catch (JsonException e)
        {
            return CreateSyntaxFault(e);
        }
    }

    private JsonFault? FindFault(ref Utf8JsonReader reader)
    {
        var at = (int)reader.TokenStartIndex;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                if (_level == _rule.MaxDepth)
                {
                    return CreateFault(at, FormattableString.Invariant($"it is nested more than {_rule.MaxDepth} levels deep"));
                }

                EnterLevel();
                return null;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                _level--;
                return null;
            case JsonTokenType.PropertyName:
                return CheckText(ref reader, at)
                    ?? (
                        _names[_level - 1].Add(reader.GetString()!)
                            ? null
                            : CreateFault(at, $"the name {ReadWord(at)} occurs twice in one object")
                    );
            case JsonTokenType.String:
                return CheckText(ref reader, at);
            case JsonTokenType.Number:
                return CheckNumber(reader.ValueSpan, at);
            default:
                return null;
        }
    }

    private void EnterLevel()
    {
        if (_names.Count == _level)
        {
            _names.Add([]);
        }
        else if (_names[_level].Count > MaxReusedNames)
        {
            // Clearing a set costs time in proportion to its capacity, so a large set is replaced.
            _names[_level] = [];
        }
        else
        {
            _names[_level].Clear();
        }

        _level++;
    }

    private readonly JsonFault? CheckText(ref Utf8JsonReader reader, int at)
    {
        if (!reader.ValueIsEscaped || FindLoneSurrogate(reader.ValueSpan) is not (>= 0 and var index))
        {
            return null;
        }

        var place = at + 1 + index;
        return CreateFault(
            place,
            $"'{Encoding.ASCII.GetString(_text.Slice(place, 6))}' is one half of a surrogate pair, which is not a character"
        );
    }

    // Index of a lone surrogate in the escaped text of a valid JSON string; -1 if there is none.
    private static int FindLoneSurrogate(ReadOnlySpan<byte> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                continue;
            }

            if (text[i + 1] != 'u')
            {
                i++;
                continue;
            }

            var unit = ParseUnit(text, i);
            if (
                char.IsLowSurrogate(unit)
                || (
                    char.IsHighSurrogate(unit)
                    && !(i + 12 <= text.Length && text[i + 6] == '\\' && text[i + 7] == 'u' && char.IsLowSurrogate(ParseUnit(text, i + 6)))
                )
            )
            {
                return i;
            }

            i += char.IsHighSurrogate(unit) ? 11 : 5;
        }

        return -1;
    }

    private static char ParseUnit(ReadOnlySpan<byte> text, int escape) =>
        (char)ushort.Parse(text.Slice(escape + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private readonly JsonFault? CheckNumber(ReadOnlySpan<byte> digits, int at)
    {
        if (digits.Length > MaxDigits)
        {
            return CreateFault(
                at,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the number {ReadWord(at)} has {CountText.FormatCount(digits.Length, "character")}; the limit is {MaxDigits}"
                )
            );
        }

        var exponent = digits.IndexOfAny((byte)'e', (byte)'E');
        var tooFar = exponent >= 0 && digits[(exponent + 1)..].TrimStart("+-0"u8).Length > MaxExponentDigits;
        return
            !tooFar && double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? null
            : CreateFault(
                at,
                $"the number {ReadWord(at)} is out of range: the largest is "
                    + $"{double.MaxValue.ToString("0.0e+0", CultureInfo.InvariantCulture)}"
            );
    }

    private readonly JsonFault CreateSyntaxFault(JsonException e)
    {
        var start = 0;
        for (var line = e.LineNumber ?? 0; line > 0; line--)
        {
            start += _text[start..].IndexOf((byte)'\n') + 1;
        }

        var at = Math.Min(start + (int)(e.BytePositionInLine ?? 0), _text.Length);
        if (_text[at..].IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            return CreateFault(_text.Length, "it ends too early");
        }

        while (at > 0 && char.IsAsciiLetter((char)_text[at - 1]) && char.IsAsciiLetterOrDigit((char)_text[at]))
        {
            at--;
        }

        var word = ReadWord(at);
        return CreateFault(
            at,
            word.TrimStart('-').ToUpperInvariant() is "NAN" or "INFINITY" or "INF"
                ? $"'{word}' is not a JSON number; write null, or leave it out"
                : $"'{word}' is not allowed here: {ShortenReason(e.Message)}"
        );
    }

    // The library appends the position to its message; the fault already has it.
    private static string ShortenReason(string message)
    {
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        var reason = EscapeControls((end < 0 ? message : message[..end]).TrimEnd('.', ' '));
        return reason.Length > MaxReasonCharacters ? reason[..MaxReasonCharacters] + "…" : reason;
    }

    // The word that starts at a position.
    private readonly string ReadWord(int at)
    {
        var rest = _text[at..];
        var length = 0;
        if (rest is [(byte)'"', ..])
        {
            var end = rest[1..].IndexOf((byte)'"');
            length = end < 0 ? rest.Length : end + 2;
        }
        else
        {
            while (
                length < rest.Length
                && length <= MaxWordCharacters
                && (
                    char.IsAsciiLetterOrDigit((char)rest[length])
                    || rest[length] is (byte)'_' or (byte)'.' or (byte)'-' or (byte)'+' or >= 0x80
                )
            )
            {
                length++;
            }
        }

        var text = Encoding.UTF8.GetString(rest[..Math.Min(Math.Max(length, 1), 4 * MaxWordCharacters)]);
        return EscapeControls(text.Length > MaxWordCharacters ? text[..MaxWordCharacters] + "…" : text);
    }

    private static string ReadTextBefore(ReadOnlySpan<byte> text, int at)
    {
        var from = at;
        while (from > 0 && at - from < MaxWordCharacters / 2 && (text[from - 1] >= 0x80 || char.IsAsciiLetterOrDigit((char)text[from - 1])))
        {
            from--;
        }

        return EscapeControls(Encoding.UTF8.GetString(text[from..at]));
    }

    private static string EscapeControls(string text) =>
        text.Any(char.IsControl)
            ? string.Concat(
                text.Select(static c => char.IsControl(c) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : c.ToString())
            )
            : text;

    private readonly JsonFault CreateFault(int at, string what) => CreateFault(_text, at, what);

    private static JsonFault CreateFault(ReadOnlySpan<byte> text, int at, string what)
    {
        var before = text[..at];
        return new JsonFault(
            what,
            before.Count((byte)'\n') + 1,
            Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1
        );
    }

    private static int FindInvalidByte(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out var used) == OperationStatus.Done)
        {
            at += used;
        }

        return at;
    }

    // JSON starts with one or two ASCII characters, so a zero byte next to one of them means UTF-16 or UTF-32.
    private static string? FindOtherEncoding(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith<byte>([0xFF, 0xFE, 0, 0])
        || bytes.StartsWith<byte>([0, 0, 0xFE, 0xFF])
        || bytes is [not 0, 0, 0, 0, ..] or [0, 0, 0, not 0, ..]
            ? "UTF-32"
        : bytes.StartsWith<byte>([0xFF, 0xFE]) || bytes.StartsWith<byte>([0xFE, 0xFF]) || bytes is [not 0, 0, ..] or [0, not 0, ..]
            ? "UTF-16"
        : null;
}
