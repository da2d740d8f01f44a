using System.Security.Cryptography;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Transports.Shell;

/// <summary>Receives fetched files and hashes them. The remote hashes follow the archive; files with equal hashes get their final names and
/// times then.</summary>
/// <param name="files">The expected files, by raw name.</param>
/// <param name="before">Remote hashes of files that arrived with another hash in the previous try.</param>
internal sealed class FetchReceiver(IReadOnlyDictionary<string, FetchedFile> files, IReadOnlyDictionary<string, Sha256> before)
    : ITarTarget,
        IDisposable
{
    // Bytes. A file up to this size is held in memory until it is complete. A larger file is written as it arrives, and resumed after a
    // broken connection.
    internal const int MaxMemoryBytes = 1 << 20;

    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);
    private readonly List<(string Name, FetchedFile File, Sha256 Content, long Size)> _complete = [];
    private readonly MemoryStream _lines = new();
    private readonly byte[] _memory = new byte[MaxMemoryBytes];
    private IncrementalHash? _hash;
    private FileStream? _part;
    private FetchedFile? _file;
    private string _name = "";
    private long _size;
    private int _length;
    private bool _hasHoles;

    public Dictionary<FetchedFile, FetchResult> Results { get; } = [];

    /// <summary>Remote hashes of files that arrived with another content.</summary>
    public Dictionary<string, Sha256> DifferingHashes { get; } = new(StringComparer.Ordinal);

    /// <summary>Disk error of this machine; null if there is none.</summary>
    public IOException? DiskError { get; private set; }

    public long MovedBytes { get; private set; }

    public void BeginFile(string name, long size)
    {
        (_name, _size, _length, _hasHoles) = (name, size, 0, false);
        _file = files.GetValueOrDefault(name);
        if (_file is { } file && size > MaxMemoryBytes)
        {
            RunGuarded(file, () =>
            {
                Directory.CreateDirectory(file.PartsFolder);
                _part = new FileStream(file.PartPath, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16);
                _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            });
        }
    }

    public void WriteContent(ReadOnlySpan<byte> bytes)
    {
        MovedBytes += bytes.Length;
        if (_file is null)
        {
            return;
        }

        if (_part is null)
        {
            bytes.CopyTo(_memory.AsSpan(_length));
            _length += bytes.Length;
            return;
        }

        try
        {
            _part.Write(bytes);
            _hash?.AppendData(bytes);
        }
        catch (IOException e)
        {
            RecordFailure(_file, e);
        }
    }

    public void SkipHole(long count)
    {
        if (_file is null)
        {
            return;
        }

        if (_part is null)
        {
            _memory.AsSpan(_length, (int)count).Clear();
            _length += (int)count;
            return;
        }

        // The zeros are hashed when the file is complete. Hashing them now would look like a stalled connection.
        _hasHoles = true;
        _part.Seek(count, SeekOrigin.Current);
    }

    public void EndFile()
    {
        if (_file is { } file)
        {
            RunGuarded(file, () => FinishFile(file));
        }

        ClosePart();
        _file = null;
    }

    public void WriteRest(ReadOnlySpan<byte> bytes) => _lines.Write(bytes);

    /// <summary>Compares the received files with the received hashes. A file without a hash keeps its temporary name.</summary>
    public void CompareHashes()
    {
        var hashes = Sha256SumOutput.Parse(_lines.GetBuffer().AsSpan(0, (int)_lines.Length));
        foreach (var (name, file, content, size) in _complete)
        {
            RunGuarded(file, () => CompareHashes(name, file, content, size, hashes));
        }
    }

    /// <summary>Compares a resumed file that is complete.</summary>
    public void CompareHashes(string name, FetchedFile file, IReadOnlyDictionary<string, Sha256> hashes) =>
        RunGuarded(file, () => CompareHashes(name, file, HashFile(file.PartPath), file.Size, hashes));

    public void Dispose()
    {
        // A partly received large file is resumed next time, unless it has holes or has changed.
        var left = _part is not null && _file is { } file && (_hasHoles || _size != file.Size) ? file : null;
        ClosePart();
        if (left is not null)
        {
            File.Delete(left.PartPath);
        }
    }

    private void FinishFile(FetchedFile file)
    {
        if (_part is null)
        {
            var path = GetReceivedPath(file, _length);
            RunInFolder(Path.GetDirectoryName(path)!, () =>
            {
                using var handle = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
                RandomAccess.Write(handle, _memory.AsSpan(0, _length), 0);
            });
            _complete.Add((_name, file, Sha256.ComputeHash(_memory.AsSpan(0, _length)), _length));
            return;
        }

        _part.SetLength(_size);
        _part.Flush();
        ClosePart(out var hash);
        _complete.Add((_name, file, _hasHoles || hash is null ? HashFile(file.PartPath) : hash.Value, _size));
    }

    private void CompareHashes(string name, FetchedFile file, Sha256 content, long size, IReadOnlyDictionary<string, Sha256> hashes)
    {
        var path = GetReceivedPath(file, size);
        if (!hashes.TryGetValue(name, out var there))
        {
            // The connection broke before its hash arrived, or the file could not be read.
            return;
        }

        if (CompareContent(name, file, content, there) is not { } isChanging)
        {
            File.Delete(path);
            return;
        }

        // The time is set last: a file with the right time is complete.
        File.SetLastWriteTimeUtc(path, file.WrittenAt);
        if (path != file.TargetPath)
        {
            MoveToTarget(file);
        }

        Results[file] = new FetchResult.Fetched(content, size, isChanging);
    }

    private static string GetReceivedPath(FetchedFile file, long size) =>
        file.HasNoReaders && size <= MaxMemoryBytes ? file.TargetPath : file.PartPath;

    // Null if the content differs. If the remote hash has changed since the first try, the file is being written to; then the last content
    // is accepted.
    private bool? CompareContent(string name, FetchedFile file, Sha256 content, Sha256 there)
    {
        if (content == there)
        {
            return false;
        }

        if (before.TryGetValue(name, out var earlier))
        {
            if (earlier != there)
            {
                return true;
            }

            Results[file] = new FetchResult.Failed("its content here differs from the remote content", IsPermanent: false);
            return null;
        }

        DifferingHashes[name] = there;
        return null;
    }

    private void MoveToTarget(FetchedFile file)
    {
        RunInFolder(Path.GetDirectoryName(file.TargetPath)!, () =>
        {
            try
            {
                File.Move(file.PartPath, file.TargetPath, overwrite: true);
            }
            catch (Exception e)
                when (DiskErrors.IsAccessError(e) && Directory.Exists(file.TargetPath) && new FileInfo(file.TargetPath).LinkTarget is null)
            {
                // The path was a folder before and is a file now.
                Directory.Delete(file.TargetPath, recursive: true);
                File.Move(file.PartPath, file.TargetPath, overwrite: true);
            }
        });
    }

    // A folder that existed just now may have been deleted.
    private void RunInFolder(string folder, Action action)
    {
        if (_folders.Add(folder))
        {
            Directory.CreateDirectory(folder);
        }

        try
        {
            action();
        }
        catch (DirectoryNotFoundException)
        {
            Directory.CreateDirectory(folder);
            action();
        }
    }

    private void RunGuarded(FetchedFile file, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            RecordFailure(file, e);
        }
    }

    private void RecordFailure(FetchedFile file, Exception e)
    {
        ClosePart();
        _file = null;
        if (DiskErrors.IsDiskError(e))
        {
            DiskError = (IOException)e;
            throw DiskError;
        }

        Results[file] = new FetchResult.Failed($"it cannot be written here: {e.Message}", IsPermanent: true);
    }

    private static Sha256 HashFile(string path)
    {
        using var stream = RegularFile.OpenRead(path);
        return Sha256.ComputeHash(stream);
    }

    private void ClosePart() => ClosePart(out _);

    private void ClosePart(out Sha256? hash)
    {
        hash = _hash is null ? null : Sha256.FromDigest(_hash.GetHashAndReset());
        _hash?.Dispose();
        _hash = null;
        var part = _part;
        _part = null;
        part?.Dispose();
    }
}
