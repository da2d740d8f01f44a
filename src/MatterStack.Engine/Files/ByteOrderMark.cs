namespace MatterStack.Engine.Files;

/// <summary>
/// The three bytes that some editors and programs write before UTF-8 text. They carry no meaning and are skipped wherever text from outside
/// is read.
/// </summary>
internal static class ByteOrderMark
{
    private static ReadOnlySpan<byte> Mark => "\uFEFF"u8;

    public static ReadOnlyMemory<byte> Skip(ReadOnlyMemory<byte> text) => text[GetLength(text.Span)..];

    public static ReadOnlySpan<byte> Skip(ReadOnlySpan<byte> text) => text[GetLength(text)..];

    private static int GetLength(ReadOnlySpan<byte> text) => text.StartsWith(Mark) ? Mark.Length : 0;
}
