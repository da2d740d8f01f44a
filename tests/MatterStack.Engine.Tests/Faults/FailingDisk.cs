using System.Data.Common;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Operators.Processes;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>The real disk until a write, and none after it.</summary>
internal sealed class FailingDisk(int failsAt, int error) : IDisk
{
    /// <summary>Error number of a full disk.</summary>
    public const int NoSpace = 28;

    private readonly Lock _gate = new();
    private int _writes;
    private bool _well;

    /// <summary>Fails only what has this in its path.</summary>
    public string? Only { get; init; }

    /// <summary>Is called with the path before each write.</summary>
    public Action<string>? Before { get; init; }

    public int Count => _writes;

    public bool Failed { get; private set; }

    public string Where { get; private set; } = "";

    public void Heal() => _well = true;

    public void Write(string what)
    {
        Before?.Invoke(what);
        lock (_gate)
        {
            if (_well || (Only is not null && !what.Contains(Only, StringComparison.Ordinal)) || ++_writes < failsAt)
            {
                return;
            }

            (Where, Failed) = (Failed ? Where : what, true);
        }

        throw new IOException(error == NoSpace ? $"No space left on device : '{what}'" : $"Input/output error : '{what}'", error);
    }

    public bool FileExists(string path) => File.Exists(path);

    public bool DirectoryExists(string path) => Directory.Exists(path);

    public byte[] ReadAllBytes(string path) => RealDisk.Instance.ReadAllBytes(path);

    public Stream OpenRead(string path) => RealDisk.Instance.OpenRead(path);

    public void CreateDirectory(string path)
    {
        if (!Directory.Exists(path))
        {
            Write("folder " + path);
        }

        RealDisk.Instance.CreateDirectory(path);
    }

    public void WriteAllBytes(string path, ReadOnlySpan<byte> content)
    {
        // A part of it fits.
        RealDisk.Instance.WriteAllBytes(path, content[..(content.Length / 2)]);
        Write(path);
        RealDisk.Instance.WriteAllBytes(path, content);
    }

    public void WriteAtomically(string path, ReadOnlySpan<byte> content)
    {
        Write(path);
        RealDisk.Instance.WriteAtomically(path, content);
    }

    public bool TryCreateAtomically(string path, ReadOnlySpan<byte> content)
    {
        Write(path);
        return RealDisk.Instance.TryCreateAtomically(path, content);
    }

    public void AppendAllBytes(string path, ReadOnlySpan<byte> content)
    {
        try
        {
            Write(path);
        }
        catch (IOException)
        {
            RealDisk.Instance.AppendAllBytes(path, content[..(content.Length / 2)]);
            throw;
        }

        RealDisk.Instance.AppendAllBytes(path, content);
    }

    public void CopyFile(string from, string to)
    {
        Write(to);
        RealDisk.Instance.CopyFile(from, to);
    }

    public (Sha256 Hash, long Size) CopyHashed(string from, string to)
    {
        Write(to);
        return RealDisk.Instance.CopyHashed(from, to);
    }

    public void MoveFile(string from, string to)
    {
        Write(to);
        RealDisk.Instance.MoveFile(from, to);
    }

    public void FlushFolder(string folder)
    {
        Write("flush " + folder);
        RealDisk.Instance.FlushFolder(folder);
    }

    public void MoveDirectory(string from, string to)
    {
        Write(to);
        RealDisk.Instance.MoveDirectory(from, to);
    }

    public void DeleteFile(string path) => RealDisk.Instance.DeleteFile(path);

    public void DeleteDirectory(string path) => RealDisk.Instance.DeleteDirectory(path);

    public void Commit(DbTransaction transaction)
    {
        try
        {
            Write("commit");
        }
        catch (IOException e)
        {
            throw error == NoSpace
                ? new SqliteException("SQLite Error 13: 'database or disk is full'.", 13)
                : new SqliteException($"SQLite Error 10: 'disk I/O error'. {e.Message}", 10);
        }

        RealDisk.Instance.Commit(transaction);
    }
}

/// <summary>Starts nothing on a failing disk: the log of a process is the first thing that is written.</summary>
internal sealed class FailingProcesses(ScriptedProcesses processes, FailingDisk disk) : IProcessHost
{
    public ProcessIdentity Start(ProcessRequest request)
    {
        disk.Write("log " + request.Stdout);
        return processes.Start(request);
    }

    public ProcessEnd WaitForChild(ProcessIdentity process) => processes.WaitForChild(process);

    public void WaitForOther(ProcessIdentity process, CancellationToken cancel) => processes.WaitForOther(process, cancel);

    public ProcessPresence GetPresence(ProcessIdentity process) => processes.GetPresence(process);

    public TimeSpan? GetAge(ProcessIdentity process) => processes.GetAge(process);

    public IReadOnlyDictionary<AttemptId, ProcessIdentity> FindLeaders(IReadOnlySet<AttemptId> attempts) => processes.FindLeaders(attempts);

    public IReadOnlyList<AttemptProcess> FindProcesses(ProcessOwners owners) => processes.FindProcesses(owners);

    public void SendSignal(AttemptProcess process, ProcessSignal signal) => processes.SendSignal(process, signal);

    public void ReleaseResources(AttemptId attempt) => processes.ReleaseResources(attempt);
}
