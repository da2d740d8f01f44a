using Microsoft.Win32.SafeHandles;

namespace MatterStack.Engine.Files;

/// <summary>
/// Reads the time of the last write to a file. Programs can set this time, even to years that .NET does not support, and clocks differ
/// between machines.
/// </summary>
internal static class FileTime
{
    /// <summary>Time of the last write in UTC; <see cref="DateTimeOffset.MaxValue"/> for a time out of range.</summary>
    public static DateTimeOffset ReadWriteTime(string path) => ReadClamped(() => File.GetLastWriteTimeUtc(path));

    /// <inheritdoc cref="ReadWriteTime(string)"/>
    public static DateTimeOffset ReadWriteTime(SafeFileHandle file) => ReadClamped(() => File.GetLastWriteTimeUtc(file));

    private static DateTimeOffset ReadClamped(Func<DateTime> read)
    {
        try
        {
            return new DateTimeOffset(read(), TimeSpan.Zero);
        }
        catch (ArgumentOutOfRangeException)
        {
            return DateTimeOffset.MaxValue;
        }
    }
}
