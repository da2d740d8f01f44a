namespace MatterStack.Engine.Files;

/// <summary>The three bytes that editors and programs of some systems put before UTF-8. They say nothing, and are passed over wherever text from outside is read.</summary>
internal static class ByteOrderMark
{
    private static ReadOnlySpan<byte> Mark => "\uFEFF"u8;

    public static ReadOnlyMemory<byte> Skip(ReadOnlyMemory<byte> text) => text[LengthIn(text.Span)..];

    public static ReadOnlySpan<byte> Skip(ReadOnlySpan<byte> text) => text[LengthIn(text)..];

    private static int LengthIn(ReadOnlySpan<byte> text) => text.StartsWith(Mark) ? Mark.Length : 0;
}
