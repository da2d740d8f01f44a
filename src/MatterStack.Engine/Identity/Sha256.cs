using System.Buffers;
using System.Security.Cryptography;

namespace MatterStack.Engine.Identity;

/// <summary>A SHA-256 as 64 lower-case hex digits, the form that <c>sha256sum</c> prints.</summary>
public readonly record struct Sha256
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private Sha256(string hex) => Hex = hex;

    /// <summary>64 lower-case hex digits.</summary>
    public string Hex { get; }

    /// <summary>The first 12 digits, for display.</summary>
    public string Short => Hex[..12];

    /// <summary>Hash of bytes.</summary>
    public static Sha256 ComputeHash(ReadOnlySpan<byte> bytes) => new(Convert.ToHexStringLower(SHA256.HashData(bytes)));

    /// <summary>Hash of the UTF-8 bytes of a text.</summary>
    public static Sha256 ComputeTextHash(string text) => ComputeHash(System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Hash of the rest of a stream.</summary>
    public static Sha256 ComputeHash(Stream stream) => new(Convert.ToHexStringLower(SHA256.HashData(stream)));

    /// <summary>Wraps a digest of 32 bytes that was computed elsewhere.</summary>
    internal static Sha256 FromDigest(ReadOnlySpan<byte> digest) => new(Convert.ToHexStringLower(digest));

    /// <summary>Parses the text of <see cref="Hex"/>.</summary>
    /// <exception cref="FormatException">The text is no hash.</exception>
    internal static Sha256 Parse(string text) => TryParse(text, out var hash) ? hash : throw new FormatException($"'{text}' is not a hash");

    /// <summary>Parses the text of <see cref="Hex"/>.</summary>
    public static bool TryParse(string? text, out Sha256 hash)
    {
        var valid = text is { Length: 64 } && !text.AsSpan().ContainsAnyExcept(HexDigits);
        hash = valid ? new Sha256(text!) : default;
        return valid;
    }

    /// <inheritdoc />
    public override string ToString() => Hex;
}
