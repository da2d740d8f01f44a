using Microsoft.Win32.SafeHandles;

namespace MatterStack.Engine.Files;

/// <summary>When files were last written, as their file systems say. Anybody can set it: file systems know years that .NET does not, and clocks differ.</summary>
internal static class FileTime
{
    /// <summary>UTC; the last moment there is for what lies beyond it.</summary>
    public static DateTimeOffset Written(string path) => Guarded(() => File.GetLastWriteTimeUtc(path));

    /// <inheritdoc cref="Written(string)"/>
    public static DateTimeOffset Written(SafeFileHandle file) => Guarded(() => File.GetLastWriteTimeUtc(file));

    private static DateTimeOffset Guarded(Func<DateTime> read)
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
