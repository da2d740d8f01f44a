using System.Globalization;
using System.Text.Json;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs;

/// <summary>The right to move a run. The operating system holds it and drops it with the process, so no lock is ever left behind.</summary>
internal sealed class RunLock : IDisposable
{
    private readonly FileStream _stream;

    private RunLock(FileStream stream) => _stream = stream;

    /// <summary>Takes the lock or says who holds it; never waits.</summary>
    public static Result<RunLock> Acquire(RunFolder run, TimeProvider clock)
    {
        FileStream stream;
        try
        {
            stream = new FileStream(run.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (Holder(run) is { } holder)
        {
            return new Problem(RunCodes.Locked, $"Run {run.Id} is being worked on by {holder}", RunCodes.Locked.Remedy);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Problem(RunCodes.FolderNotWritable, $"The lock of run {run.Id} cannot be taken: {e.Message}", RunCodes.FolderNotWritable.Remedy);
        }

        var card = JsonSerializer.SerializeToUtf8Bytes(
            new HolderCard(Environment.ProcessId, Environment.MachineName, clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
            RunJsonContext.Default.HolderCard);
        try
        {
            stream.SetLength(0);
            stream.Write(card);
            stream.Flush();
        }
        catch (IOException)
        {
            // Who holds it is a courtesy; on a full disk the lock itself still holds.
        }

        return new RunLock(stream);
    }

    public void Dispose() => _stream.Dispose();

    private static string? Holder(RunFolder run)
    {
        try
        {
            // Without sharing rules of its own, so that the holder's lock does not keep us from reading.
            using var stream = new FileStream(run.Lock, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream);
            var card = JsonSerializer.Deserialize(reader.ReadToEnd(), RunJsonContext.Default.HolderCard);
            return card is null ? "another process" : $"process {card.Pid} on {card.Host} since {card.Since}";
        }
        catch (JsonException)
        {
            return "another process";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    internal sealed record HolderCard(int Pid, string Host, string Since);
}
