using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>Reads files that users name. An unreadable file is a problem, not an exception.</summary>
internal static class WiringFiles
{
    /// <param name="disk">The disk.</param>
    /// <param name="path">Absolute path.</param>
    /// <param name="named">Beginning of messages, with the argument that names the file: <c>OperatorsConfig names</c>.</param>
    public static Result<byte[]> Read(IDisk disk, string path, string named)
    {
        if (disk.DirectoryExists(path))
        {
            return new Problem(
                WiringCodes.FileUnreadable,
                $"{named} '{path}', which is a folder",
                "Name the file in it.",
                new SourcePosition(path)
            );
        }

        if (!disk.FileExists(path))
        {
            return Problem.Create(WiringCodes.FileNotFound, $"{named} '{path}', which does not exist", new SourcePosition(path));
        }

        try
        {
            using var stream = disk.OpenRead(path);
            // One byte more than allowed is enough to detect a file of any larger size.
            var buffer = new byte[CanonicalBytes.MaxSizeBytes + 1];
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return length <= CanonicalBytes.MaxSizeBytes
                ? buffer[..length]
                : Problem.Create(
                    WiringCodes.TooLarge,
                    $"{named} '{path}', which has more than {CanonicalBytes.MaxSizeBytes:N0} bytes",
                    new SourcePosition(path, 1, 1)
                );
        }
        catch (Exception exception) when (DiskErrors.IsAccessOrPathError(exception))
        {
            return Problem.Create(
                WiringCodes.FileUnreadable,
                $"{named} '{path}', which cannot be read: {exception.Message}",
                new SourcePosition(path)
            );
        }
    }
}
