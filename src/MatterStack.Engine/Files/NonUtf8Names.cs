using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace MatterStack.Engine.Files;

/// <summary>File names that are not UTF-8: .NET shows them with U+FFFD instead of the bytes and cannot open them.</summary>
internal static partial class NonUtf8Names
{
    // Offset of the name in the result of readdir, on Linux.
    private const int NameOffset = 19;

    /// <summary>Whether a listed path cannot be opened because of its name.</summary>
    public static bool CannotBeOpened(string path) =>
        Path.GetFileName(path).Contains('\uFFFD', StringComparison.Ordinal) && !Path.Exists(path);

    /// <summary>Creates the exception for such a path, with the bytes of its name as escapes.</summary>
    public static IOException CreateException(string path) =>
        new(
            $"'{FindEscapedName(path) ?? Path.GetFileName(path)}' in {Path.GetDirectoryName(path)} has a name that is not UTF-8; "
                + "rename it, since files are passed on by UTF-8 names"
        );

    private static unsafe string? FindEscapedName(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var folder = OpenFolder(Path.GetDirectoryName(path)!);
        if (folder == 0)
        {
            return null;
        }

        try
        {
            for (var entry = ReadEntry(folder); entry != null; entry = ReadEntry(folder))
            {
                var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + NameOffset);
                if (Encoding.UTF8.GetString(name) == Path.GetFileName(path))
                {
                    return EscapeName(name);
                }
            }

            return null;
        }
        finally
        {
            _ = CloseFolder(folder);
        }
    }

    /// <summary>Writes the bytes of a name that are not UTF-8 as escapes.</summary>
    internal static string EscapeName(ReadOnlySpan<byte> name)
    {
        var text = new StringBuilder();
        while (!name.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(name, out var rune, out var length) == System.Buffers.OperationStatus.Done)
            {
                text.Append(rune);
            }
            else
            {
                foreach (var wrong in name[..length])
                {
                    text.Append(CultureInfo.InvariantCulture, $"\\x{wrong:x2}");
                }
            }

            name = name[length..];
        }

        return text.ToString();
    }

    [LibraryImport("libc", EntryPoint = "opendir", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint OpenFolder(string path);

    [LibraryImport("libc", EntryPoint = "readdir")]
    private static unsafe partial byte* ReadEntry(nint folder);

    [LibraryImport("libc", EntryPoint = "closedir")]
    private static partial int CloseFolder(nint folder);
}
