using MatterStack.Engine.Files;
using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Classifies failed writes to a folder on the cluster, by the error messages that commands print in the C locale.</summary>
internal static class PlaceTrouble
{
    /// <summary>Exit code: the script cannot create or enter the run's folder.</summary>
    public const int NoFolder = 73;

    /// <summary>Exit code: the script cannot write to the run's folder.</summary>
    public const int NotWritten = 74;

    /// <summary>Exit code: a command is missing.</summary>
    public const int NoCommand = 72;

    private static readonly string[] Full = ["No space left on device"];

    private static readonly string[] Quota = ["Disk quota exceeded", "Quota exceeded", "quota exceeded"];

    private static readonly string[] Passing =
    [
        "Read-only file system", "Input/output error", "I/O error", "Stale file handle", "Stale NFS file handle", "Transport endpoint is not connected", "Cannot send after transport endpoint shutdown",
        "timed out", "temporarily unavailable", "Cannot allocate memory", "Out of memory", "memory exhausted", "annot fork", "Too many open files", "Device or resource busy", "Resource busy", "Host is down",
        "No route to host", "Software caused connection abort", "Interrupted system call", "Key has expired", "Required key not available", "No locks available", "Resource deadlock",
    ];

    private static readonly string[] Lasting =
    [
        "Permission denied", "Operation not permitted", "Not a directory", "Is a directory", "File exists", "File name too long", "Filename too long", "Too many levels of symbolic links", "Symbolic link loop", "File too large",
        "Too many links", "Invalid argument", "Illegal byte sequence", "Invalid or incomplete multibyte", "not found", "nrecognized option", "nvalid option", "llegal option", "unknown option",
    ];

    // Messages of bash, dash, BusyBox and zsh.
    private static readonly string[] Gone = ["No such file or directory", "can't cd to", "nonexistent"];

    // A file that existed before may be there again at the next try; a folder that cannot be created for lack of its parent stays
    // impossible.
    private const string Missing = "No such file or directory";

    /// <summary>Returns why a failed script could not write.</summary>
    /// <param name="ended">The result of the script; its output may contain the output of <see cref="PlaceSpace.Function"/>.</param>
    /// <param name="place">Name of the folder, for messages.</param>
    /// <param name="needed">Bytes to write; null if they are unknown or few.</param>
    public static NotSent Of(ShellAnswer.Ended ended, string place, long? needed)
    {
        var lines = ended.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var space = PlaceSpace.Read(ended.Output);
        var room = space is null ? "" : needed > 0 ? $": {space.Words}, and {DiskSpace.Size(needed.Value)} are needed" : $": {space.Words}";
        if (Find(lines, Full) is not null)
        {
            return new NotSent(space?.FreeInodes == 0 ? $"the disk of {place} can take no more files{room}" : $"the disk of {place} is full{room}", NotSentKind.Waits);
        }

        if (Find(lines, Quota) is { } quota)
        {
            return new NotSent($"the disk quota on {place} is used up ({quota}){room}", NotSentKind.Waits);
        }

        if (Find(lines, Passing) is { } passing)
        {
            return new NotSent($"{place} cannot be written ({passing})", NotSentKind.Waits);
        }

        var lasting = Find(lines, Lasting) ?? (ended.ExitCode == NoFolder ? Find(lines, [Missing]) : null);
        if (ended.ExitCode == NoCommand || lasting is not null)
        {
            return new NotSent($"{place} cannot be used: {lasting ?? lines.LastOrDefault()}", ended.ExitCode is NoCommand or NoFolder ? NotSentKind.Never : NotSentKind.NotThis);
        }

        var message = lines.Length > 0 ? lines[^1] : $"the command there ended with exit code {ended.ExitCode} and no message";
        return new NotSent($"{place} cannot be written ({message})", NotSentKind.Waits);
    }

    /// <summary>Whether a script did not find a folder that was created before.</summary>
    public static bool IsGone(ShellAnswer.Ended ended) => Array.Exists(Gone, word => ended.Error.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static string? Find(string[] lines, string[] sentences) => lines.FirstOrDefault(line => sentences.Any(sentence => line.Contains(sentence, StringComparison.Ordinal)));
}
