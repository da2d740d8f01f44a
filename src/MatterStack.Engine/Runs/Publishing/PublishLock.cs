using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs.Publishing;

/// <summary>Lock under which one command at a time publishes files of a project. The operating system releases it when the process ends, so
/// no lock is ever stale.</summary>
internal sealed class PublishLock : IDisposable
{
    private readonly OsFileLock _lock;

    private PublishLock(OsFileLock held) => _lock = held;

    /// <summary>Takes the lock, or returns a problem that names its holder; never waits.</summary>
    /// <param name="runsDirectory">Folder of the project's runs.</param>
    /// <param name="clock">Time.</param>
    public static Result<PublishLock> Acquire(string runsDirectory, TimeProvider clock)
    {
        var file = GetFile(runsDirectory);
        try
        {
            if (OsFileLock.TryAcquire(file) is not { } held)
            {
                return Problem.Create(
                    RunCodes.PublishLocked,
                    $"{RunLock.ReadHolder(file)} publishes files of this project",
                    new SourcePosition(file)
                );
            }

            GroupPermissions.GrantAccess(file, GroupPermissions.ReadAccess(runsDirectory));
            _ = RunLock.WriteHolder(held, clock);
            return new PublishLock(held);
        }
        catch (NoLocksException e)
        {
            return RunLock.CreateNoLocksProblem(e, file);
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return new Problem(
                RunCodes.PublishFailed,
                $"Files cannot be published: {e.Message}",
                RunCodes.PublishFailed.Remedy,
                new SourcePosition(file)
            );
        }
    }

    /// <summary>Path of the lock file.</summary>
    public static string GetFile(string runsDirectory) => Path.Combine(runsDirectory, ".publish.lock");

    public void Dispose() => _lock.Dispose();
}
