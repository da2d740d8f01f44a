using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;
using MatterStack.Engine.Operators.Attempts;
using MatterStack.Engine.Operators.Processes;
using MatterStack.Engine.Operators.Scripts;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Operators.Local;

/// <summary>The files of a local attempt: script, logs, exit code.</summary>
internal static class LocalProtocol
{
    // After so many attempts, processes of the first ones are not expected to be alive.
    private const int MaxEarlierAttempts = 100;

    /// <summary>Folder that the command runs in: inside the attempt's folder, or below the operator's root.</summary>
    public static string GetWorkFolder(AttemptRequest request, LocalOptions options) =>
        options.WorkRoot is { } root ? Path.Combine(root, request.Run.Value, Path.GetFileName(request.RelativeFolder)) : request.WorkFolder;

    public static void PrepareFolder(AttemptRequest request, LocalOptions options, IDisk disk, AttemptFiles files)
    {
        // Remains of an interrupted preparation, or a foreign link.
        var work = GetWorkFolder(request, options);
        foreach (var left in new[] { request.Folder, work }.Where(disk.DirectoryExists))
        {
            disk.DeleteDirectory(left);
        }

        disk.CreateDirectory(request.WorkFolder);
        disk.CreateDirectory(work);
        if (request.Carried.Count == 0)
        {
            WriteScript();
            files.StageInputs(request, work);
            return;
        }

        files.StageInputs(request, work);
        if (new CarriedFileStager(disk).StageFiles(request.RunFolder, request.Carried, request.Folder, work) is { } reason)
        {
            disk.WriteAllBytes(Path.Combine(request.Folder, AttemptLayout.NotCarriedFile), Encoding.UTF8.GetBytes(reason + "\n"));
            request = request with { Carried = [] };
        }

        // The time of the script separates carried files from files that the attempt writes.
        WriteScript();

        void WriteScript() =>
            disk.WriteAllBytes(
                Path.Combine(request.Folder, RunScript.FileName),
                Encoding.UTF8.GetBytes(RunScript.CreateScript(request, options.WorkRoot is null ? null : work, options))
            );
    }

    /// <summary>Deletes the file that marks a start, after a start that failed.</summary>
    public static void DeleteStartMark(AttemptRequest request, IDisk disk)
    {
        try
        {
            disk.DeleteFile(Path.Combine(request.Folder, AttemptLayout.StdoutFile));
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            // The file does not exist, or cannot be deleted.
        }
    }

    /// <summary>Collects the outputs. From a folder below the operator's root they are copied into the attempt's folder, and the rest is
    /// deleted.</summary>
    public static AttemptEnd CollectOutputs(AttemptRequest request, LocalOptions options, IDisk disk, AttemptEnd ending)
    {
        var work = GetWorkFolder(request, options);
        if (Directory.Exists(work) && !RelativePath.StaysInside(options.WorkRoot ?? request.RunFolder, work))
        {
            return ending with { CollectionProblem = $"its work folder has become a link that leads out of the run ({work})" };
        }

        if (!Path.Exists(work) && AccessDenial.FindReadDenial(work) is null)
        {
            return ending with { CollectionProblem = $"its folder {work} is gone (purged?), and its outputs with it" };
        }

        var collected = OutputCollector.Collect(request.Task, work, ending, carried: GetCarriedFiles(request, work));
        if (options.WorkRoot is null || collected.CollectionProblem is not null || collected.MissingOutputs.Count > 0)
        {
            return collected;
        }

        try
        {
            foreach (
                var path in collected.Outputs.Select(o => o.Path).Concat(collected.ResultsJson is null ? [] : [AttemptLayout.ResultsFile])
            )
            {
                var target = Path.Combine(request.WorkFolder, path);
                disk.CreateDirectory(Path.GetDirectoryName(target)!);
                if (!RelativePath.StaysInside(request.RunFolder, target))
                {
                    return collected with
                    {
                        CollectionProblem = $"its output '{path}' would leave the run's folder: {target} leads out of it",
                    };
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

    /// <summary>The files of earlier attempts that an attempt began with, and whether it has changed them.</summary>
    public static CarriedFiles GetCarriedFiles(AttemptRequest request, string work)
    {
        var carried = ScriptDecisions.GetCarried(request);
        return carried.Count == 0
            ? CarriedFiles.None
            : new CarriedFiles(carried, work, File.GetLastWriteTimeUtc(Path.Combine(request.Folder, RunScript.FileName)));
    }

    /// <summary>Finds the files that a failed attempt leaves for the next one. From a folder below the operator's root they are copied into
    /// the attempt's folder.</summary>
    public static AttemptEnd AddLeftFiles(AttemptRequest request, LocalOptions options, IDisk disk, AttemptEnd ending)
    {
        if (request.Task.Carry.Count == 0 || AttemptOutcomes.Classify(ending).Outcome == AttemptOutcome.Completed)
        {
            return ending;
        }

        var work = GetWorkFolder(request, options);
        if (!Directory.Exists(work) || !RelativePath.StaysInside(options.WorkRoot ?? request.RunFolder, work))
        {
            return ending;
        }

        var (files, warnings) = new LeftFileFinder(work, request.Attempt, request.RelativeFolder).FindFiles(
            request.Planned,
            ScriptDecisions.GetCarried(request)
        );
        ending = warnings.Count == 0 ? ending : ending with { Warnings = [.. ending.Warnings, .. warnings] };
        if (options.WorkRoot is null)
        {
            return ending with { LeftFiles = files };
        }

        try
        {
            foreach (var file in files)
            {
                var target = Path.Combine(request.WorkFolder, file.Source);
                disk.CreateDirectory(Path.GetDirectoryName(target)!);
                disk.CopyFile(Path.Combine(work, file.Source), target);
            }

            return ending with
            {
                LeftFiles = files,
            };
        }
        catch (Exception e) when (DiskErrors.IsAccessOrPathError(e))
        {
            return ending with
            {
                Warnings =
                [
                    .. ending.Warnings,
                    $"the files to carry could not be copied from {work}, the next attempt begins without: {e.Message}",
                ],
            };
        }
    }

    /// <exception cref="Problems.ProblemException">A secret of a code cannot be resolved.</exception>
    public static ProcessRequest CreateRequest(AttemptRequest request, LocalOptions options) =>
        new(
            request.Attempt,
            Path.Combine(request.Folder, RunScript.FileName),
            Path.Combine(request.Folder, AttemptLayout.StdoutFile),
            Path.Combine(request.Folder, AttemptLayout.StderrFile),
            RunScript.NeedsControlGroup(request.Task)
        )
        {
            // In no file: the script has the other variables.
            Environment =
            [
                .. options
                    .Codes.FindUsedCodes(request.Task.Commands)
                    .SelectMany(static code => code.Env)
                    .Where(static pair => SecretReference.IsIn(pair.Value))
                    .Select(pair => KeyValuePair.Create(pair.Key, options.ResolveSecrets(pair.Value))),
            ],
        };

    /// <summary>Gives the run's group access to the logs, which the system creates.</summary>
    public static void ShareLogs(AttemptRequest request)
    {
        var access = GroupPermissions.ReadAccess(request.RunFolder);
        GroupPermissions.GrantAccess(Path.Combine(request.Folder, AttemptLayout.StdoutFile), access);
        GroupPermissions.GrantAccess(Path.Combine(request.Folder, AttemptLayout.StderrFile), access);
    }

    /// <summary>Whether a start was tried: only a start creates the log, before the script begins.</summary>
    public static bool WasStarted(AttemptRequest request) => File.Exists(Path.Combine(request.Folder, AttemptLayout.StdoutFile));

    /// <summary>Whether the script has begun: first of all it opens the file of its exit code.</summary>
    public static bool HasBegun(AttemptRequest request) => File.Exists(Path.Combine(request.Folder, ExitCodeFile.Name));

    /// <summary>Returns the place it was started from, or was about to be; null if unknown.</summary>
    public static ProcessOrigin? ReadOrigin(AttemptRequest request) =>
        ReadScript(request, request.RelativeFolder) is { } script ? RunScript.ParseOrigin(script) : null;

    /// <summary>Returns when the script was written, just before its start; null if there is none.</summary>
    public static DateTimeOffset? FindScriptTime(AttemptRequest request) =>
        Path.Combine(request.Folder, RunScript.FileName) is var path && File.Exists(path) ? FileTime.ReadWriteTime(path) : null;

    /// <summary>Returns earlier attempts of the task, from their scripts.</summary>
    public static IReadOnlySet<AttemptId> ReadEarlierAttempts(AttemptRequest request)
    {
        var earlier = new HashSet<AttemptId>();
        for (var index = request.Index - 1; index >= Math.Max(1, request.Index - MaxEarlierAttempts); index--)
        {
            if (
                ReadScript(request, LiveAttempt.GetRelativePath(request.TaskId, index)) is { } script
                && RunScript.ParseAttempt(script) is { } attempt
            )
            {
                earlier.Add(attempt);
            }
        }

        return earlier;
    }

    private static string? ReadScript(AttemptRequest request, string attempt) =>
        AttemptText.ReadBeginning(request.RunFolder, attempt + "/" + RunScript.FileName);
}
