using System.Text;

namespace MatterStack.Engine.Transports;

/// <summary>Names of another machine's files as it has them: bytes, each of which is kept as one character.</summary>
internal static class RawText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The name as text; null if it is not UTF-8.</summary>
    public static string? Decode(string raw)
    {
        try
        {
            return System.Text.Ascii.IsValid(raw) ? raw : Strict.GetString(Encoding.Latin1.GetBytes(raw));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>The bytes of a text, each as one character.</summary>
    public static string Encode(string text) => System.Text.Ascii.IsValid(text) ? text : Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    public static byte[] Bytes(string raw) => Encoding.Latin1.GetBytes(raw);

    public static string Of(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
