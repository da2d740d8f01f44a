using System.Text;

namespace MatterStack.Engine.Transports.Shell;

/// <summary>File names of another machine as raw bytes, each byte stored as one character.</summary>
internal static class RawFileName
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Decodes a raw name as UTF-8; null if it is not valid UTF-8.</summary>
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

    /// <summary>Encodes a text as UTF-8 bytes, each stored as one character.</summary>
    public static string Encode(string text) =>
        System.Text.Ascii.IsValid(text) ? text : Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    public static byte[] ToBytes(string raw) => Encoding.Latin1.GetBytes(raw);

    public static string FromBytes(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
