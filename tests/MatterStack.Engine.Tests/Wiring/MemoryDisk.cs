using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Tests.Wiring;

/// <summary>A disk in memory that can stop at a write, as a killed process would.</summary>
internal sealed class MemoryDisk : IDisk
{
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

    /// <summary>Number of verbs that changed something.</summary>
    public int Writes { get; private set; }

    /// <summary>The write at which the process dies, counted from 1; 0: never.</summary>
    public int StopAt { get; set; }

    /// <summary>Whether the write at which it stops is done in part (a torn append) or not at all.</summary>
    public bool Tear { get; set; }

    /// <summary>Files that may not be opened.</summary>
    public HashSet<string> Forbidden { get; } = [];

    public IReadOnlyDictionary<string, byte[]> Files => _files;

    public MemoryDisk Copy()
    {
        var copy = new MemoryDisk();
        foreach (var (path, content) in _files)
        {
            copy._files.Add(path, content);
        }

        copy._folders.UnionWith(_folders);
        return copy;
    }

    public void Put(string path, string text) => _files[path] = System.Text.Encoding.UTF8.GetBytes(text);

    public string Text(string path) => System.Text.Encoding.UTF8.GetString(_files[path]);

    public bool FileExists(string path) => _files.ContainsKey(path);

    public bool DirectoryExists(string path) =>
        _folders.Contains(path) || _files.Keys.Any(file => file.StartsWith(path + "/", StringComparison.Ordinal));

    public byte[] ReadAllBytes(string path) =>
        Forbidden.Contains(path) ? throw new UnauthorizedAccessException("Access denied")
        : _files.TryGetValue(path, out var content) ? content
        : throw new FileNotFoundException(path);

    public Stream OpenRead(string path) => new MemoryStream(ReadAllBytes(path));

    public void CreateDirectory(string path)
    {
        if (!_folders.Contains(path))
        {
            Count();
            _folders.Add(path);
        }
    }

    public void WriteAllBytes(string path, ReadOnlySpan<byte> content)
    {
        Count();
        _files[path] = content.ToArray();
    }

    public void WriteAtomically(string path, ReadOnlySpan<byte> content)
    {
        Count();
        _files[path] = content.ToArray();
    }

    public bool TryCreateAtomically(string path, ReadOnlySpan<byte> content)
    {
        Count();
        return _files.TryAdd(path, content.ToArray());
    }

    public void AppendAllBytes(string path, ReadOnlySpan<byte> content)
    {
        var before = _files.GetValueOrDefault(path) ?? [];
        try
        {
            Count();
        }
        catch (ProcessKilledException) when (Tear)
        {
            _files[path] = [.. before, .. content[..(content.Length / 2)]];
            throw;
        }

        _files[path] = [.. before, .. content];
    }

    public void CopyFile(string from, string to)
    {
        Count();
        _files[to] = ReadAllBytes(from);
    }

    public (Sha256 Hash, long Size) CopyHashed(string from, string to)
    {
        CopyFile(from, to);
        return (Sha256.ComputeHash(ReadAllBytes(to)), ReadAllBytes(to).Length);
    }

    public void MoveFile(string from, string to)
    {
        Count();
        _files[to] = ReadAllBytes(from);
        _files.Remove(from);
    }

    public void FlushFolder(string folder) => throw new NotSupportedException();

    public void MoveDirectory(string from, string to) => throw new NotSupportedException();

    public void Commit(System.Data.Common.DbTransaction transaction) => throw new NotSupportedException();

    public void DeleteFile(string path)
    {
        Count();
        _files.Remove(path);
    }

    public void DeleteDirectory(string path)
    {
        Count();
        _folders.Remove(path);
        foreach (var file in _files.Keys.Where(file => file.StartsWith(path + "/", StringComparison.Ordinal)).ToArray())
        {
            _files.Remove(file);
        }
    }

    private void Count()
    {
        if (++Writes == StopAt)
        {
            throw new ProcessKilledException();
        }
    }
}

/// <summary>The process was killed.</summary>
internal sealed class ProcessKilledException : Exception;
