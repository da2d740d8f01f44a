using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;

namespace MatterStack.Engine.Identity;

/// <summary>Common form of run and attempt ids: <c>yyyyMMdd_HHmmss_xxxxxxxx</c>, UTC and 8 hex digits.</summary>
internal static class TimestampedId
{
    public const int Length = 24;
    private const string StampFormat = "yyyyMMdd'_'HHmmss";
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    public static bool IsValid(string? text) =>
        text is { Length: Length }
        && text[15] == '_'
        && !text.AsSpan(16).ContainsAnyExcept(HexDigits)
        && DateTime.TryParseExact(text.AsSpan(0, 15), StampFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    public static string Format(DateTimeOffset at, uint tail) =>
        at.UtcDateTime.ToString(StampFormat, CultureInfo.InvariantCulture) + "_" + tail.ToString("x8", CultureInfo.InvariantCulture);

    /// <summary>Splits a valid id into its parts.</summary>
    public static (DateTimeOffset Second, uint Tail) Parse(string id) =>
        (
            new DateTimeOffset(DateTime.ParseExact(id.AsSpan(0, 15), StampFormat, CultureInfo.InvariantCulture), TimeSpan.Zero),
            uint.Parse(id.AsSpan(16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
        );

    public static uint CreateRandomTail() => BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4));
}
