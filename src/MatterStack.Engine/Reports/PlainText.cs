using System.Buffers;

namespace MatterStack.Engine.Reports;

/// <summary>Removes characters that a reader cannot see but a browser obeys: control characters and marks of text direction.</summary>
internal static class PlainText
{
    private static readonly SearchValues<char> InvisibleCharacters = SearchValues.Create([
        .. Enumerable.Range(0, 32).Where(static c => c is not ('\n' or '\t')).Select(static c => (char)c),
        .. Enumerable.Range(0x7f, 33).Select(static c => (char)c),
        '\u061c',
        '\u200e',
        '\u200f',
        .. Enumerable.Range(0x202a, 5).Select(static c => (char)c),
        .. Enumerable.Range(0x2066, 4).Select(static c => (char)c),
        '\ufeff',
    ]);

    public static string RemoveInvisible(string text) =>
        text.AsSpan().ContainsAny(InvisibleCharacters) ? string.Concat(text.Where(static c => !InvisibleCharacters.Contains(c))) : text;
}
