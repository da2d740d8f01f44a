using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Driving;

/// <summary>The machine that has a driver's entry: its disk, and the commands of its services.</summary>
/// <param name="disk">Disk for scripts and units.</param>
/// <param name="shell">Runs commands of the services.</param>
internal sealed class DriverMachine(IDisk disk, IShell shell)
{
    private const int MaxLockTries = 100;
    private static readonly TimeSpan LockDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(60);

    public IDisk Disk => disk;

    /// <summary>Creates the machine of this command.</summary>
    /// <param name="disk">Disk for scripts and units.</param>
    /// <param name="variables">Environment of the commands of services.</param>
    /// <param name="clock">Measures time limits.</param>
    public static DriverMachine Create(IDisk disk, IReadOnlyDictionary<string, string> variables, TimeProvider clock) =>
        new(disk, new LocalShell(variables, clock));

    /// <summary>Runs a script and returns its exit code and its output as bytes, with errors at the end of the output.</summary>
    /// <param name="script">Shell text.</param>
    /// <param name="input">Its input; null: none.</param>
    public (int ExitCode, byte[] Output, string Error) Run(string script, byte[]? input = null)
    {
        using var output = new MemoryStream();
        var call = new ShellCall(script, TimeLimit) { Output = output, Input = input is null ? null : stream => stream.Write(input) };
        return shell.Run(call, CancellationToken.None) switch
        {
            ShellResult.Ended ended => (ended.ExitCode, output.ToArray(), ended.Error.Trim()),
            ShellResult.NoAnswer none => (-1, [], none.Reason),
            var other => throw new InvalidOperationException($"No rule for {other}"),
        };
    }

    /// <summary>Runs a check. Returns null if it succeeds, otherwise what it printed.</summary>
    public string? FindFailure(string script)
    {
        var (code, output, error) = Run(script);
        var said = (Encoding.UTF8.GetString(output).Trim() + " " + error).Trim();
        return code == 0 ? null
            : said.Length > 0 ? said.ReplaceLineEndings(" ")
            : $"exit code {code}";
    }

    /// <summary>Waits for a lock, but not for ever: it only keeps drivers apart that are installed at the same moment.</summary>
    /// <returns>The lock; null if it cannot be had.</returns>
    public IDisposable? WaitForLock(string file)
    {
        try
        {
            disk.CreateDirectory(Path.GetDirectoryName(file)!);
            using var pause = new ManualResetEventSlim();
            for (var i = 0; i < MaxLockTries; i++)
            {
                if (OsFileLock.TryAcquire(file) is { } held)
                {
                    return held;
                }

                pause.Wait(LockDelay);
            }
        }
        catch (Exception e) when (e is NoLocksException || DiskErrors.IsAccessError(e))
        {
            // A home folder without locks: the table is read again after each change.
        }

        return null;
    }

    /// <summary>Writes a text file of the user.</summary>
    public void WriteFile(string path, string text)
    {
        disk.CreateDirectory(Path.GetDirectoryName(path)!);
        disk.WriteAtomically(path, Encoding.UTF8.GetBytes(text));
    }

    public void DeleteFile(string path)
    {
        if (disk.FileExists(path))
        {
            disk.DeleteFile(path);
        }
    }
}
