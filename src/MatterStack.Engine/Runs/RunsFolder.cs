using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs;

/// <summary>Folder with the runs of a workspace.</summary>
/// <param name="path">Absolute path of the folder.</param>
/// <param name="access">Access of the folder's group to new runs.</param>
/// <param name="trustLocks">Whether to trust the locks of its file system (MatterStackTrustLocks).</param>
internal sealed class RunsFolder(string path, GroupAccess access = GroupAccess.None, bool trustLocks = false)
{
    /// <summary>Prefix of a run's folder name while the run is being deleted.</summary>
    public const string DeletedPrefix = ".deleted-";

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(20);

    public string Path { get; } = path;

    /// <summary>Access of the folder's group to new runs.</summary>
    public GroupAccess Access { get; } = access;

    private string LockFile => System.IO.Path.Combine(Path, ".lock");

    /// <summary>Gives the folder's group access, so that its members can create runs.</summary>
    public void ShareWithGroup()
    {
        GroupPermissions.GrantAccess(Path, Access);
        GroupPermissions.GrantAccess(LockFile, Access);
    }

    /// <summary>Removes the remaining files of deleted runs.</summary>
    /// <returns>The first error; null if everything was removed.</returns>
    public string? DeleteLeftovers(IDisk disk)
    {
        string? why = null;
        foreach (var folder in Directory.EnumerateDirectories(Path, DeletedPrefix + "*").ToList())
        {
            try
            {
                disk.DeleteDirectory(folder);
            }
            catch (Exception e) when (DiskErrors.IsAccessError(e))
            {
                // Another command may have removed it at the same time.
                why ??= disk.DirectoryExists(folder) ? e.Message : null;
            }
        }

        return why;
    }

    /// <summary>All runs, oldest first.</summary>
    /// <exception cref="ProblemException">The folder cannot be read.</exception>
    public IReadOnlyList<RunFolder> ListRuns()
    {
        try
        {
            if (!Directory.Exists(Path) && FileSystem.FindUnreachableReason(Path) is { } gone)
            {
                throw new ProblemException(FileSystemProblems.CreateNotMountedProblem(Path, gone));
            }

            // If a folder above may not be entered, the folder only seems to be missing.
            return Directory.Exists(Path) || AccessDenial.FindReadDenial(Path) is not null
                ? DiskErrors.RetryIfStale<RunFolder[]>(() =>
                    [
                        .. Directory
                            .EnumerateDirectories(Path)
                            .Select(folder =>
                                RunId.TryParse(System.IO.Path.GetFileName(folder), out var id) ? new RunFolder(id, folder) : null
                            )
                            .OfType<RunFolder>()
                            .OrderBy(run => run.Id.Value, StringComparer.Ordinal),
                    ]
                )
                : [];
        }
        catch (Exception e)
            when (e is UnauthorizedAccessException or DirectoryNotFoundException && AccessDenial.FindReadDenial(Path) is { } why)
        {
            throw new ProblemException(Problem.Create(RunCodes.NotPermitted, why, new SourcePosition(Path)), e);
        }
    }

    /// <summary>Waits for the lock under which a workspace creates a run; it is released when the process ends.</summary>
    /// <exception cref="ProblemException">The file system has no usable locks, or the user may not write the lock file.</exception>
    /// <exception cref="IOException">The folder cannot be created or written.</exception>
    /// <exception cref="OperationCanceledException">The user cancelled the command.</exception>
    public IDisposable WaitForCreationLock(IDisk disk, CancellationToken cancel)
    {
        disk.CreateDirectory(Path);
        var file = LockFile;
        if (!trustLocks && RunLock.FindLockProblem(Path, file) is { } refusal)
        {
            throw new ProblemException(refusal);
        }

        while (true)
        {
            try
            {
                if (OsFileLock.TryAcquire(file) is { } held)
                {
                    ShareWithGroup();
                    return held;
                }
            }
            catch (NoLocksException e)
            {
                throw new ProblemException(RunLock.CreateNoLocksProblem(e, file), e);
            }
            catch (IOException e) when (DiskErrors.IsLockServiceError(e.HResult))
            {
                throw new ProblemException(FileSystemProblems.CreateLockServiceProblem(e.Message, file), e);
            }
            catch (IOException e) when (AccessDenial.FindWriteDenial(file) is { } why)
            {
                throw new ProblemException(Problem.Create(RunCodes.NotPermitted, why, new SourcePosition(file)), e);
            }

            cancel.WaitHandle.WaitOne(RetryDelay);
            cancel.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Finds a run by its id or the beginning of its id; without one, the newest run.</summary>
    public Result<RunFolder> FindRun(string? idOrPrefix)
    {
        var runs = ListRuns();
        if (string.IsNullOrWhiteSpace(idOrPrefix))
        {
            return runs.Count > 0 ? runs[^1] : Problem.Create(RunCodes.NoSuchRun, $"There is no run in {Path} yet");
        }

        var wanted = idOrPrefix.Trim();
        var matches = runs.Where(r => r.Id.Value.StartsWith(wanted, StringComparison.Ordinal)).ToList();
        return matches.Count switch
        {
            1 => matches[0],
            0 => Problem.Create(RunCodes.NoSuchRun, $"'{wanted}' matches no run in {Path} (it has {runs.Count})"),
            _ => new Problem(
                RunCodes.AmbiguousRun,
                $"'{wanted}' matches {CountText.FormatCount(matches.Count, "run")}: "
                    + $"{string.Join(", ", matches.Take(5).Select(m => m.Id))}{(matches.Count > 5 ? ", …" : "")}",
                RunCodes.AmbiguousRun.Remedy
            ),
        };
    }
}
