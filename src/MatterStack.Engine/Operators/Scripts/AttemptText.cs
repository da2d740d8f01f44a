using System.Text;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Operators.Scripts;

/// <summary>Reads short texts from the folder of an attempt.</summary>
internal static class AttemptText
{
    private const int MaxBytes = 4096;

    /// <summary>Reads the first 4096 bytes: an exit code is short, and a script starts with its header. Returns null if the file cannot be
    /// read.</summary>
    /// <param name="runFolder">Absolute folder of the run.</param>
    /// <param name="relativePath">Path of the file, relative to it.</param>
    /// <param name="renewed">Whether to read without the cache of a shared file system.</param>
    public static string? ReadBeginning(string runFolder, string relativePath, bool renewed = false)
    {
        try
        {
            using var file = TaskFile.OpenRead(runFolder, relativePath);
            if (renewed)
            {
                RemoteFileCache.InvalidateFile(file.SafeFileHandle);
            }

            var bytes = new byte[MaxBytes];
            return Encoding.UTF8.GetString(
                ByteOrderMark.Skip(bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)))
            );
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return null;
        }
    }
}
