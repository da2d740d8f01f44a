using System.Buffers;
using System.Text.Json;
using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;
using Microsoft.Win32.SafeHandles;

namespace MatterStack.Engine.Runs;

/// <summary>The right to move a run. The operating system holds it and drops it with the process, so no lock is ever left behind.</summary>
internal sealed class RunLock : IDisposable
{
    private readonly RunFolder _run;
    private readonly Func<SafeFileHandle, int>? _flock;
    private readonly byte[]? _card;
    private OsFileLock _lock;

    private RunLock(RunFolder run, OsFileLock held, byte[]? card, Func<SafeFileHandle, int>? flock) => (_run, _lock, _card, _flock) = (run, held, card, flock);

    /// <summary>Takes the lock or says who holds it; never waits.</summary>
    /// <param name="run">The run.</param>
    /// <param name="clock">Time.</param>
    /// <param name="trust">Whether the user vouches for the locks of a file system of which it is not known that they hold between machines.</param>
    /// <param name="flock">See <see cref="OsFileLock.TryAcquire"/>.</param>
    /// <param name="files">The run's file system; tests bring one of their own.</param>
    public static Result<RunLock> Acquire(RunFolder run, TimeProvider clock, bool trust = false, Func<SafeFileHandle, int>? flock = null, FileSystem? files = null)
    {
        try
        {
            if (!trust && Refuse(run.Path, run.Lock, files) is { } refusal)
            {
                return refusal;
            }

            if (OsFileLock.TryAcquire(run.Lock, flock) is not { } held)
            {
                return IsHeld(run);
            }

            return new RunLock(run, held, SignCard(held, clock), flock);
        }
        catch (NoLocksException e)
        {
            return WithoutLocks(e, run.Lock);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Denial.OfWriting(run.Lock) is { } why
                ? Problem.Of(RunCodes.NotPermitted, $"Run {run.Id} cannot be moved: {why}", new SourcePosition(run.Lock))
                : DiskTrouble.IsOfLocks(e.HResult) ? StoreConnection.LocksDown(e.Message, run.Lock)
                : new Problem(RunCodes.FolderNotWritable, $"The lock of run {run.Id} cannot be taken: {e.Message}", RunCodes.FolderNotWritable.Remedy);
        }
    }

    /// <summary>Who moves a run, for those who may not write its lock; null if nobody does, or nobody can tell.</summary>
    public static Problem? FindHolder(RunFolder run) => OsFileLock.IsHeld(run.Lock) ? IsHeld(run) : null;

    /// <summary>Why the file system of a folder cannot keep two machines from moving one run; null if it can, or no other machine is there.</summary>
    public static Problem? Refuse(string folder, string file, FileSystem? files = null) =>
        (files ?? FileSystem.Of(folder)) is { IsShared: true, WhyLocksAreOurs: { } why } shared
            ? new Problem(RunCodes.NoLocks, $"{folder} lies on a file system that several machines may share ({shared.Type}), and it cannot keep them apart: {why}", RunCodes.NoLocks.Remedy, new SourcePosition(file))
            : null;

    /// <summary>A file system refuses every lock, or grants it to everybody. To trust it would change nothing.</summary>
    public static Problem WithoutLocks(NoLocksException refusal, string file) =>
        new(RunCodes.NoLocks, refusal.Message, "Put the runs on another file system with MatterStackRunsDirectory.", new SourcePosition(file));

    /// <summary>Sees to it that the lock is still held. A file system that several machines share may have dropped it, without a word, and given it to another command.</summary>
    /// <exception cref="ProblemException">Another command has it, or nobody can tell.</exception>
    public void CheckHeld()
    {
        try
        {
            if (OsFileLock.TryAcquire(_run.Lock, _flock) is { } again)
            {
                _lock.Dispose();
                _lock = again;
            }

            if (_card is not null && !OsFileLock.Read(_run.Lock).AsSpan().SequenceEqual(_card))
            {
                throw new ProblemException(Problem.Of(RunCodes.LockLost, $"Run {_run.Id} is moved by {Holder(_run)}: the file system has taken its lock from this command", new SourcePosition(_run.Lock)));
            }
        }
        catch (IOException e)
        {
            throw new ProblemException(FileSystem.WhyGone(_run.Lock) is { } gone ? StoreConnection.Gone(_run.Lock, gone)
                : new Problem(RunCodes.FolderNotWritable, $"It cannot be told whether the lock of run {_run.Id} is still held: {e.Message}", RunCodes.FolderNotWritable.Remedy, new SourcePosition(_run.Lock)), e);
        }
    }

    public void Dispose() => _lock.Dispose();

    private static Problem IsHeld(RunFolder run) => new(RunCodes.Locked, $"Run {run.Id} is being worked on by {Holder(run)}", RunCodes.Locked.Remedy);

    // What was written; null: nothing could be.
    private static byte[]? SignCard(OsFileLock held, TimeProvider clock)
    {
        try
        {
            var card = new ArrayBufferWriter<byte>();
            using (var json = new Utf8JsonWriter(card, new JsonWriterOptions { Indented = true }))
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
            // Who holds it is a courtesy; on a full disk the lock itself still holds.
            return null;
        }
    }

    private static string Holder(RunFolder run)
    {
        try
        {
            using var card = JsonDocument.Parse(OsFileLock.Read(run.Lock));
            return $"process {card.RootElement.GetProperty("pid").GetInt32()} on {card.RootElement.GetProperty("host").GetString()} since {card.RootElement.GetProperty("since").GetString()}";
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IOException or UnauthorizedAccessException)
        {
            return "another process";
        }
    }
}
