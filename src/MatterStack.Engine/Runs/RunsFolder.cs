using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs;

/// <summary>The runs of a workspace.</summary>
/// <param name="path">Absolute path of their folder.</param>
/// <param name="access">What its group may do with what is made in it.</param>
/// <param name="trustLocks">Whether the user vouches for the locks of its file system.</param>
internal sealed class RunsFolder(string path, GroupAccess access = GroupAccess.None, bool trustLocks = false)
{
    /// <summary>What the name of a run's folder begins with while it is deleted.</summary>
    public const string Deleted = ".deleted-";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public string Path { get; } = path;

    /// <summary>What the folder's group may do with runs that are made in it.</summary>
    public GroupAccess Access { get; } = access;

    private string LockFile => System.IO.Path.Combine(Path, ".lock");

    /// <summary>Opens the folder to its group, for runs that others make in it.</summary>
    public void Share()
    {
        SharedFolder.Open(Path, Access);
        SharedFolder.Open(LockFile, Access);
    }

    /// <summary>Removes what is left of deleted runs.</summary>
    /// <returns>Why not all of it could be removed; null if it could.</returns>
    public string? Sweep(IDisk disk)
    {
        string? why = null;
        foreach (var folder in Directory.EnumerateDirectories(Path, Deleted + "*").ToList())
        {
            try
            {
                disk.DeleteDirectory(folder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another command may just have done so.
                why ??= disk.DirectoryExists(folder) ? e.Message : null;
            }
        }

        return why;
    }

    /// <summary>All runs, oldest first.</summary>
    /// <exception cref="ProblemException">The folder may not be read.</exception>
    public IReadOnlyList<RunFolder> All()
    {
        try
        {
            if (!Directory.Exists(Path) && FileSystem.WhyGone(Path) is { } gone)
            {
                throw new ProblemException(StoreConnection.Gone(Path, gone));
            }

            // One that cannot be seen, because a folder above it may not be entered, is not one that is missing.
            return Directory.Exists(Path) || Denial.OfReading(Path) is not null
                ? DiskTrouble.AgainIfStale<RunFolder[]>(() => [.. Directory.EnumerateDirectories(Path)
                    .Select(folder => RunId.TryParse(System.IO.Path.GetFileName(folder), out var id) ? new RunFolder(id, folder) : null)
                    .OfType<RunFolder>()
                    .OrderBy(run => run.Id.Value, StringComparer.Ordinal)])
                : [];
        }
        catch (Exception e) when (e is UnauthorizedAccessException or DirectoryNotFoundException && Denial.OfReading(Path) is { } why)
        {
            throw new ProblemException(Problem.Of(RunCodes.NotPermitted, why, new SourcePosition(Path)), e);
        }
    }

    /// <summary>Waits for the right to make the run that a workspace lacks; a file whose lock goes with its holder.</summary>
    /// <exception cref="ProblemException">Its file system has no locks.</exception>
    /// <exception cref="IOException">The folder cannot be made or written.</exception>
    /// <exception cref="OperationCanceledException">The user did not want to wait.</exception>
    public IDisposable EnterToCreate(CancellationToken cancel)
    {
        Directory.CreateDirectory(Path);
        var file = LockFile;
        if (!trustLocks && RunLock.Refuse(Path, file) is { } refusal)
        {
            throw new ProblemException(refusal);
        }

        while (true)
        {
            try
            {
                if (OsFileLock.TryAcquire(file) is { } held)
                {
                    Share();
                    return held;
                }
            }
            catch (NoLocksException e)
            {
                throw new ProblemException(RunLock.WithoutLocks(e, file), e);
            }
            catch (IOException e) when (DiskTrouble.IsOfLocks(e.HResult))
            {
                throw new ProblemException(StoreConnection.LocksDown(e.Message, file), e);
            }
            catch (IOException e) when (Denial.OfWriting(file) is { } why)
            {
                throw new ProblemException(Problem.Of(RunCodes.NotPermitted, why, new SourcePosition(file)), e);
            }

            cancel.WaitHandle.WaitOne(Pause);
            cancel.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The run that an id or the beginning of one names; the newest one without.</summary>
    public Result<RunFolder> Find(string? idOrPrefix)
    {
        var runs = All();
        if (string.IsNullOrWhiteSpace(idOrPrefix))
        {
            return runs.Count > 0 ? runs[^1] : Problem.Of(RunCodes.NoSuchRun, $"There is no run in {Path} yet");
        }

        var wanted = idOrPrefix.Trim();
        var matches = runs.Where(r => r.Id.Value.StartsWith(wanted, StringComparison.Ordinal)).ToList();
        return matches.Count switch
        {
            1 => matches[0],
            0 => Problem.Of(RunCodes.NoSuchRun, $"RunId '{wanted}' matches no run in {Path} (it has {runs.Count})"),
            _ => new Problem(RunCodes.AmbiguousRun, $"RunId '{wanted}' matches {matches.Count} runs: {string.Join(", ", matches.Take(5).Select(m => m.Id))}{(matches.Count > 5 ? ", …" : "")}", RunCodes.AmbiguousRun.Remedy),
        };
    }
}
