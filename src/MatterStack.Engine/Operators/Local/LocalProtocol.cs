using System.Globalization;
using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Attempts;
using MatterStack.Engine.Operators.Processes;

namespace MatterStack.Engine.Operators.Local;

/// <summary>The files of a local attempt: script, logs, exit code.</summary>
internal static class LocalProtocol
{
    // After so many attempts, processes of the first ones are not expected to be alive.
    private const int MaxEarlierAttempts = 100;
    private const int MaxReadBytes = 4096;

    /// <summary>Folder that the command runs in: inside the attempt's folder, or below the operator's root.</summary>
    public static string GetWorkFolder(AttemptRequest order, LocalOptions options) =>
        options.WorkRoot is { } root ? Path.Combine(root, order.Run.Value, Path.GetFileName(order.RelativeFolder)) : order.WorkFolder;

    public static void PrepareFolder(AttemptRequest order, LocalOptions options, IDisk disk, InputStager staging)
    {
        // Remains of an interrupted preparation, or a foreign link.
        var work = GetWorkFolder(order, options);
        foreach (var left in new[] { order.Folder, work }.Where(disk.DirectoryExists))
        {
            disk.DeleteDirectory(left);
        }

        disk.CreateDirectory(order.WorkFolder);
        disk.CreateDirectory(work);
        disk.WriteAllBytes(Path.Combine(order.Folder, RunScript.FileName), Encoding.UTF8.GetBytes(RunScript.CreateScript(order, options.WorkRoot is null ? null : work, options.Container)));
        staging.StageInputs(order, work);
    }

    /// <summary>Deletes the file that marks a start, after a start that failed.</summary>
    public static void DeleteStartMark(AttemptRequest order, IDisk disk)
    {
        try
        {
            disk.DeleteFile(Path.Combine(order.Folder, AttemptLayout.StdoutFile));
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            // The file does not exist, or cannot be deleted.
        }
    }

    /// <summary>Collects the outputs. From a folder below the operator's root they are copied into the attempt's folder, and the rest is
    /// deleted.</summary>
    public static AttemptEnd CollectOutputs(AttemptRequest order, LocalOptions options, IDisk disk, AttemptEnd ending)
    {
        var work = GetWorkFolder(order, options);
        if (Directory.Exists(work) && !RelativePath.StaysInside(options.WorkRoot ?? order.RunFolder, work))
        {
            return ending with { CollectionProblem = $"its work folder has become a link that leads out of the run ({work})" };
        }

        if (!Path.Exists(work) && AccessDenial.FindReadDenial(work) is null)
        {
            return ending with { CollectionProblem = $"its folder {work} is gone (purged?), and its outputs with it" };
        }

        var collected = OutputCollector.Collect(order.Task, work, ending);
        if (options.WorkRoot is null || collected.CollectionProblem is not null || collected.MissingOutputs.Count > 0)
        {
            return collected;
        }

        try
        {
            foreach (var path in collected.Outputs.Select(o => o.Path).Concat(collected.ResultsJson is null ? [] : [AttemptLayout.ResultsFile]))
            {
                var target = Path.Combine(order.WorkFolder, path);
                disk.CreateDirectory(Path.GetDirectoryName(target)!);
                if (!RelativePath.StaysInside(order.RunFolder, target))
                {
                    return collected with { CollectionProblem = $"its output '{path}' would leave the run's folder: {target} leads out of it" };
                }

                disk.CopyFile(Path.Combine(work, path), target);
            }
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e) && !DiskErrors.IsDiskError(e))
        {
            return collected with { CollectionProblem = $"its outputs could not be copied from {work}: {e.Message}" };
        }

        try
        {
            disk.DeleteDirectory(work);
            return collected;
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            // Other files (an unreadable folder, a name that is not UTF-8) do not affect the outputs.
            return collected with { Warnings = [.. collected.Warnings, $"its work folder {work} could not be removed: {e.Message}"] };
        }
    }

    public static ProcessRequest CreateRequest(AttemptRequest order) => new(
        order.Attempt,
        Path.Combine(order.Folder, RunScript.FileName),
        Path.Combine(order.Folder, AttemptLayout.StdoutFile),
        Path.Combine(order.Folder, AttemptLayout.StderrFile),
        RunScript.NeedsControlGroup(order.Task));

    /// <summary>Gives the run's group access to the logs, which the system creates.</summary>
    public static void ShareLogs(AttemptRequest order)
    {
        var access = GroupPermissions.ReadAccess(order.RunFolder);
        GroupPermissions.GrantAccess(Path.Combine(order.Folder, AttemptLayout.StdoutFile), access);
        GroupPermissions.GrantAccess(Path.Combine(order.Folder, AttemptLayout.StderrFile), access);
    }

    /// <summary>Whether a start was tried: only a start creates the log, before the script begins.</summary>
    public static bool WasStarted(AttemptRequest order) => File.Exists(Path.Combine(order.Folder, AttemptLayout.StdoutFile));

    /// <summary>Whether the script has begun: first of all it opens the file of its exit code.</summary>
    public static bool HasBegun(AttemptRequest order) => File.Exists(Path.Combine(order.Folder, AttemptLayout.ExitCodeFile));

    /// <summary>Returns the place it was started from, or was about to be; null if unknown.</summary>
    public static ProcessOrigin? ReadOrigin(AttemptRequest order) => ReadScript(order, order.RelativeFolder) is { } script ? RunScript.ParseOrigin(script) : null;

    /// <summary>Returns earlier attempts of the task, from their scripts.</summary>
    public static IReadOnlySet<AttemptId> ReadEarlierAttempts(AttemptRequest order)
    {
        var earlier = new HashSet<AttemptId>();
        for (var index = order.Index - 1; index >= Math.Max(1, order.Index - MaxEarlierAttempts); index--)
        {
            if (ReadScript(order, LiveAttempt.GetRelativePath(order.TaskId, index)) is { } script && RunScript.ParseAttempt(script) is { } attempt)
            {
                earlier.Add(attempt);
            }
        }

        return earlier;
    }

    /// <summary>Reads the exit code that the script wrote; null if there is none. A text without a final newline is incomplete.</summary>
    /// <remarks>The file is empty at first, and a shared file system may cache that state. There it is read again without the
    /// cache.</remarks>
    public static int? ReadExitCode(AttemptRequest order)
    {
        var path = order.RelativeFolder + "/" + AttemptLayout.ExitCodeFile;
        return ParseExitCode(ReadText(order, path)) ?? (FileSystem.FromFolder(order.RunFolder).IsShared ? ParseExitCode(ReadText(order, path, renewed: true)) : null);
    }

    private static int? ParseExitCode(string? text) =>
        text is not null && text.EndsWith('\n') && int.TryParse(text.AsSpan().TrimEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : null;

    private static string? ReadScript(AttemptRequest order, string attempt) => ReadText(order, attempt + "/" + RunScript.FileName);

    // Only the beginning: an exit code is short, and a script starts with its header.
    private static string? ReadText(AttemptRequest order, string relativePath, bool renewed = false)
    {
        try
        {
            using var file = TaskFile.OpenRead(order.RunFolder, relativePath);
            if (renewed)
            {
                RemoteFileCache.InvalidateFile(file.SafeFileHandle);
            }

            var bytes = new byte[MaxReadBytes];
            return Encoding.UTF8.GetString(ByteOrderMark.Skip(bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false))));
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return null;
        }
    }
}
