using System.Buffers;
using System.Text.Json;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using Microsoft.Win32.SafeHandles;

namespace MatterStack.Engine.Runs;

/// <summary>Lock of a run; only its holder may drive the run. The operating system releases it when the process ends, so no lock is ever
/// stale.</summary>
internal sealed class RunLock : IDisposable
{
    private readonly RunFolder _run;
    private readonly Func<SafeFileHandle, int>? _flock;
    private readonly byte[]? _holderText;
    private OsFileLock _lock;

    private RunLock(RunFolder run, OsFileLock held, byte[]? card, Func<SafeFileHandle, int>? flock) =>
        (_run, _lock, _holderText, _flock) = (run, held, card, flock);

    /// <summary>Takes the lock, or returns a problem that names its holder; never waits.</summary>
    /// <param name="run">The run.</param>
    /// <param name="clock">Time.</param>
    /// <param name="trust">Whether to trust the locks of a shared file system that is not known to keep machines apart.</param>
    /// <param name="flock">See <see cref="OsFileLock.TryAcquire"/>.</param>
    /// <param name="files">The run's file system; only tests give one.</param>
    public static Result<RunLock> Acquire(
        RunFolder run,
        TimeProvider clock,
        bool trust = false,
        Func<SafeFileHandle, int>? flock = null,
        FileSystem? files = null
    )
    {
        try
        {
            if (!trust && FindLockProblem(run.Path, run.LockFile, files) is { } refusal)
            {
                return refusal;
            }

            if (OsFileLock.TryAcquire(run.LockFile, flock) is not { } held)
            {
                return CreateLockedProblem(run);
            }

            return new RunLock(run, held, WriteHolder(held, clock), flock);
        }
        catch (NoLocksException e)
        {
            return CreateNoLocksProblem(e, run.LockFile);
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return AccessDenial.FindWriteDenial(run.LockFile) is { } why
                    ? Problem.Create(RunCodes.NotPermitted, $"Run {run.Id} cannot be locked: {why}", new SourcePosition(run.LockFile))
                : DiskErrors.IsLockServiceError(e.HResult) ? FileSystemProblems.CreateLockServiceProblem(e.Message, run.LockFile)
                : new Problem(
                    RunCodes.FolderNotWritable,
                    $"The lock of run {run.Id} cannot be taken: {e.Message}",
                    RunCodes.FolderNotWritable.Remedy
                );
        }
    }

    /// <summary>Finds the holder of a run's lock, for users who may not write the lock file. Returns null if the lock is free or its state
    /// is unknown.</summary>
    public static Problem? FindHolder(RunFolder run) => OsFileLock.IsHeld(run.LockFile) ? CreateLockedProblem(run) : null;

    /// <summary>Problem if the file system of a folder cannot prevent two machines from driving one run. Returns null if it can, or if it
    /// is not shared.</summary>
    public static Problem? FindLockProblem(string folder, string file, FileSystem? files = null) =>
        (files ?? FileSystem.FromFolder(folder)) is { IsShared: true, LocalLocksReason: { } why } shared
            ? new Problem(
                RunCodes.NoLocks,
                $"{folder} is on a file system that several machines may share ({shared.Type}), and its locks do not keep them "
                    + $"apart: {why}",
                RunCodes.NoLocks.Remedy,
                new SourcePosition(file)
            )
            : null;

    /// <summary>Problem: a file system refuses every lock, or grants it to every process. MatterStackTrustLocks would not help.</summary>
    public static Problem CreateNoLocksProblem(NoLocksException refusal, string file) =>
        new(
            RunCodes.NoLocks,
            refusal.Message,
            "Put the runs on another file system with MatterStackRunsDirectory.",
            new SourcePosition(file)
        );

    /// <summary>Checks that the lock is still held. A shared file system may silently drop it and grant it to another command.</summary>
    /// <exception cref="ProblemException">Another command holds the lock, or the check failed.</exception>
    public void CheckHeld()
    {
        try
        {
            if (OsFileLock.TryAcquire(_run.LockFile, _flock) is { } again)
            {
                _lock.Dispose();
                _lock = again;
            }

            if (_holderText is not null && !OsFileLock.Read(_run.LockFile).AsSpan().SequenceEqual(_holderText))
            {
                throw new ProblemException(
                    Problem.Create(
                        RunCodes.LockLost,
                        $"Run {_run.Id} is now driven by {ReadHolder(_run)}: the file system has dropped the lock of this command",
                        new SourcePosition(_run.LockFile)
                    )
                );
            }
        }
        catch (IOException e)
        {
            throw new ProblemException(
                FileSystem.FindUnreachableReason(_run.LockFile) is { } gone
                    ? FileSystemProblems.CreateNotMountedProblem(_run.LockFile, gone)
                    : new Problem(
                        RunCodes.FolderNotWritable,
                        $"The lock of run {_run.Id} cannot be checked: {e.Message}",
                        RunCodes.FolderNotWritable.Remedy,
                        new SourcePosition(_run.LockFile)
                    ),
                e
            );
        }
    }

    public void Dispose() => _lock.Dispose();

    private static Problem CreateLockedProblem(RunFolder run) =>
        new(RunCodes.Locked, $"Run {run.Id} is locked by {ReadHolder(run)}", RunCodes.Locked.Remedy);

    /// <summary>Writes this process into a lock file that it holds.</summary>
    /// <returns>The written bytes; null if they could not be written.</returns>
    public static byte[]? WriteHolder(OsFileLock held, TimeProvider clock)
    {
        try
        {
            var card = new ArrayBufferWriter<byte>();
            using (var json = new Utf8JsonWriter(card, JsonText.Indented))
            {
                json.WriteStartObject();
                json.WriteNumber("pid", Environment.ProcessId);
                json.WriteString("host", Environment.MachineName);
                json.WriteString("since", clock.GetUtcNow().ToText());
                json.WriteEndObject();
            }

            held.Write(card.WrittenSpan);
            return card.WrittenSpan.ToArray();
        }
        catch (IOException)
        {
            // The holder's name is only informative; on a full disk the lock itself still works.
            return null;
        }
    }

    /// <summary>Time at which a command last took the lock. Returns null if that is unknown.</summary>
    public static DateTimeOffset? FindLastTime(RunFolder run)
    {
        try
        {
            using var card = JsonDocument.Parse(OsFileLock.Read(run.LockFile));
            return Timestamps.Parse(card.RootElement.GetProperty("since").GetString()!);
        }
        catch (Exception e)
            when (e
                    is JsonException
                        or KeyNotFoundException
                        or InvalidOperationException
                        or ArgumentException
                        or FormatException
                        or IOException
                        or UnauthorizedAccessException
            )
        {
            return null;
        }
    }

    private static string ReadHolder(RunFolder run) => ReadHolder(run.LockFile);

    /// <summary>Describes the holder of a lock file.</summary>
    public static string ReadHolder(string lockFile)
    {
        try
        {
            using var card = JsonDocument.Parse(OsFileLock.Read(lockFile));
            return $"process {card.RootElement.GetProperty("pid").GetInt32()} on {card.RootElement.GetProperty("host").GetString()} since "
                + $"{card.RootElement.GetProperty("since").GetString()}";
        }
        catch (Exception e)
            when (e
                    is JsonException
                        or KeyNotFoundException
                        or InvalidOperationException
                        or FormatException
                        or IOException
                        or UnauthorizedAccessException
            )
        {
            return "another process";
        }
    }
}
