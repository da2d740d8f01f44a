using MatterStack.Engine.Files;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Hpc.Staging;

/// <summary>Classifies failed writes to a folder on the cluster, by the error messages that commands print in the C locale.</summary>
internal static class RemoteWriteErrors
{
    private static readonly string[] FullDiskMessages = ["No space left on device"];

    private static readonly string[] QuotaMessages = ["Disk quota exceeded", "Quota exceeded", "quota exceeded"];

    private static readonly string[] TemporaryMessages =
    [
        "Read-only file system",
        "Input/output error",
        "I/O error",
        "Stale file handle",
        "Stale NFS file handle",
        "Transport endpoint is not connected",
        "Cannot send after transport endpoint shutdown",
        "timed out",
        "temporarily unavailable",
        "Cannot allocate memory",
        "Out of memory",
        "memory exhausted",
        "annot fork",
        "Too many open files",
        "Device or resource busy",
        "Resource busy",
        "Host is down",
        "No route to host",
        "Software caused connection abort",
        "Interrupted system call",
        "Key has expired",
        "Required key not available",
        "No locks available",
        "Resource deadlock",
    ];

    private static readonly string[] PermanentMessages =
    [
        "Permission denied",
        "Operation not permitted",
        "Not a directory",
        "Is a directory",
        "File exists",
        "File name too long",
        "Filename too long",
        "Too many levels of symbolic links",
        "Symbolic link loop",
        "File too large",
        "Too many links",
        "Invalid argument",
        "Illegal byte sequence",
        "Invalid or incomplete multibyte",
        "not found",
        "nrecognized option",
        "nvalid option",
        "llegal option",
        "unknown option",
    ];

    // Messages of bash, dash, BusyBox and zsh.
    private static readonly string[] MissingFolderMessages = ["No such file or directory", "can't cd to", "nonexistent"];

    // A file that existed before may be there again at the next try; a folder that cannot be created for lack of its parent stays
    // impossible.
    private const string MissingParentMessage = "No such file or directory";

    /// <summary>Returns why a failed script could not write.</summary>
    /// <param name="ended">The result of the script; its output may contain the output of
    /// <see cref="RemoteFreeSpace.ShellFunction"/>.</param>
    /// <param name="place">Name of the folder, for messages.</param>
    /// <param name="needed">Bytes to write; null if they are unknown or few.</param>
    public static StagingFailure Classify(ShellResult.Ended ended, string place, long? needed)
    {
        var lines = ended.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var space = RemoteFreeSpace.Parse(ended.Output);
        var room =
            space is null ? ""
            : needed > 0 ? $": {space.Description}, and {DiskSpace.FormatBytes(needed.Value)} are needed"
            : $": {space.Description}";
        if (FindLine(lines, FullDiskMessages) is not null)
        {
            return new StagingFailure(
                space?.FreeInodes == 0 ? $"the disk of {place} can take no more files{room}" : $"the disk of {place} is full{room}",
                StagingFailureKind.Temporary
            );
        }

        if (FindLine(lines, QuotaMessages) is { } quota)
        {
            return new StagingFailure($"the disk quota on {place} is used up ({quota}){room}", StagingFailureKind.Temporary);
        }

        if (FindLine(lines, TemporaryMessages) is { } passing)
        {
            return new StagingFailure($"{place} cannot be written ({passing})", StagingFailureKind.Temporary);
        }

        var lasting = FindLine(lines, PermanentMessages)
            ?? (ended.ExitCode == ExitCodes.NoRunFolder ? FindLine(lines, [MissingParentMessage]) : null);
        if (ended.ExitCode == ExitCodes.NoCommand || lasting is not null)
        {
            return new StagingFailure(
                $"{place} cannot be used: {lasting ?? lines.LastOrDefault()}",
                ended.ExitCode is ExitCodes.NoCommand or ExitCodes.NoRunFolder
                    ? StagingFailureKind.Permanent
                    : StagingFailureKind.FileRejected
            );
        }

        var message = lines.Length > 0 ? lines[^1] : $"the command there ended with exit code {ended.ExitCode} and no message";
        return new StagingFailure($"{place} cannot be written ({message})", StagingFailureKind.Temporary);
    }

    /// <summary>Whether a script did not find a folder that was created before.</summary>
    public static bool IsFolderMissing(ShellResult.Ended ended) =>
        Array.Exists(MissingFolderMessages, word => ended.Error.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static string? FindLine(string[] lines, string[] sentences) =>
        lines.FirstOrDefault(line => sentences.Any(sentence => line.Contains(sentence, StringComparison.Ordinal)));
}
