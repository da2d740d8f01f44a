using System.Buffers;
using System.Text.Json;
using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;
using Microsoft.Win32.SafeHandles;

namespace MatterStack.Engine.Runs;

/// <summary>The right to move a run. The operating system holds it and drops it with the process, so no lock is ever left behind.</summary>
internal sealed class RunLock : IDisposable
{
    private readonly OsFileLock _lock;

    private RunLock(OsFileLock held) => _lock = held;

    /// <summary>Takes the lock or says who holds it; never waits.</summary>
    /// <param name="run">The run.</param>
    /// <param name="clock">Time.</param>
    /// <param name="flock">See <see cref="OsFileLock.TryAcquire"/>.</param>
    public static Result<RunLock> Acquire(RunFolder run, TimeProvider clock, Func<SafeFileHandle, int>? flock = null)
    {
        try
        {
            if (OsFileLock.TryAcquire(run.Lock, flock) is not { } held)
            {
                return new Problem(RunCodes.Locked, $"Run {run.Id} is being worked on by {Holder(run)}", RunCodes.Locked.Remedy);
            }

            SignCard(held, clock);
            return new RunLock(held);
        }
        catch (NoLocksException e)
        {
            return Problem.Of(RunCodes.NoLocks, e.Message, new SourcePosition(run.Lock));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Denial.OfWriting(run.Lock) is { } why
                ? Problem.Of(RunCodes.NotPermitted, $"Run {run.Id} cannot be moved: {why}", new SourcePosition(run.Lock))
                : new Problem(RunCodes.FolderNotWritable, $"The lock of run {run.Id} cannot be taken: {e.Message}", RunCodes.FolderNotWritable.Remedy);
        }
    }

    public void Dispose() => _lock.Dispose();

    private static void SignCard(OsFileLock held, TimeProvider clock)
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
        }
        catch (IOException)
        {
            // Who holds it is a courtesy; on a full disk the lock itself still holds.
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
