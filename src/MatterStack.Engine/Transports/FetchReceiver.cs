using System.Security.Cryptography;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Transports;

/// <summary>Receives fetched files and hashes them. The remote hashes follow the archive; files with equal hashes get their final names and
/// times then.</summary>
/// <param name="files">The expected files, by raw name.</param>
/// <param name="before">Remote hashes of files that arrived with another hash in the previous try.</param>
internal sealed class FetchReceiver(IReadOnlyDictionary<string, FetchedFile> files, IReadOnlyDictionary<string, Sha256> before) : ITarTarget, IDisposable
{
    // Bytes. A file up to this size is held in memory until it is complete. A larger file is written as it arrives, and resumed after a
    // broken connection.
    internal const int Small = 1 << 20;

    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);
    private readonly List<(string Name, FetchedFile File, Sha256 Content, long Size)> _whole = [];
    private readonly MemoryStream _lines = new();
    private readonly byte[] _memory = new byte[Small];
    private IncrementalHash? _hash;
    private FileStream? _part;
    private FetchedFile? _file;
    private string _name = "";
    private long _size;
    private int _length;
    private bool _holes;

    public Dictionary<FetchedFile, FetchEnd> Ends { get; } = [];

    /// <summary>Remote hashes of files that arrived with another content.</summary>
    public Dictionary<string, Sha256> Others { get; } = new(StringComparer.Ordinal);

    /// <summary>Disk error of this machine; null if there is none.</summary>
    public IOException? Trouble { get; private set; }

    public long Moved { get; private set; }

    public void Begin(string name, long size)
    {
        (_name, _size, _length, _holes) = (name, size, 0, false);
        _file = files.GetValueOrDefault(name);
        if (_file is { } file && size > Small)
        {
            Guard(file, () =>
            {
                Directory.CreateDirectory(file.Parts);
                _part = new FileStream(file.Part, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16);
                _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            });
        }
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Moved += bytes.Length;
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
            Fail(_file, e);
        }
    }

    public void Skip(long count)
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
        _holes = true;
        _part.Seek(count, SeekOrigin.Current);
    }

    public void End()
    {
        if (_file is { } file)
        {
            Guard(file, () => Finish(file));
        }

        Drop();
        _file = null;
    }

    public void Rest(ReadOnlySpan<byte> bytes) => _lines.Write(bytes);

    /// <summary>Compares the received files with the received hashes. A file without a hash keeps its temporary name.</summary>
    public void Settle()
    {
        var hashes = HashLines.Parse(_lines.GetBuffer().AsSpan(0, (int)_lines.Length));
        foreach (var (name, file, content, size) in _whole)
        {
            Guard(file, () => Settle(name, file, content, size, hashes));
        }
    }

    /// <summary>Compares a resumed file that is complete.</summary>
    public void Settle(string name, FetchedFile file, IReadOnlyDictionary<string, Sha256> hashes) => Guard(file, () => Settle(name, file, HashOf(file.Part), file.Size, hashes));

    public void Dispose()
    {
        // A partly received large file is resumed next time, unless it has holes or has changed.
        var left = _part is not null && _file is { } file && (_holes || _size != file.Size) ? file : null;
        Drop();
        if (left is not null)
        {
            File.Delete(left.Part);
        }
    }

    private void Finish(FetchedFile file)
    {
        if (_part is null)
        {
            var path = Received(file, _length);
            Make(Path.GetDirectoryName(path)!, () =>
            {
                using var handle = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
                RandomAccess.Write(handle, _memory.AsSpan(0, _length), 0);
            });
            _whole.Add((_name, file, Sha256.ComputeHash(_memory.AsSpan(0, _length)), _length));
            return;
        }

        _part.SetLength(_size);
        _part.Flush();
        Drop(out var hash);
        _whole.Add((_name, file, _holes || hash is null ? HashOf(file.Part) : hash.Value, _size));
    }

    private void Settle(string name, FetchedFile file, Sha256 content, long size, IReadOnlyDictionary<string, Sha256> hashes)
    {
        var path = Received(file, size);
        if (!hashes.TryGetValue(name, out var there))
        {
            // The connection broke before its hash arrived, or the file could not be read.
            return;
        }

        if (Agree(name, file, content, there) is not { } isChanging)
        {
            File.Delete(path);
            return;
        }

        // The time is set last: a file with the right time is complete.
        File.SetLastWriteTimeUtc(path, file.Written);
        if (path != file.Target)
        {
            Name(file);
        }

        Ends[file] = new FetchEnd.Here(content, size, isChanging);
    }

    private static string Received(FetchedFile file, long size) => file.IsUnread && size <= Small ? file.Target : file.Part;

    // Null if the content differs. If the remote hash has changed since the first try, the file is being written to; then the last content
    // is accepted.
    private bool? Agree(string name, FetchedFile file, Sha256 content, Sha256 there)
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

            Ends[file] = new FetchEnd.Failed("its content here differs from the remote content", Stays: false);
            return null;
        }

        Others[name] = there;
        return null;
    }

    private void Name(FetchedFile file)
    {
        Make(Path.GetDirectoryName(file.Target)!, () =>
        {
            try
            {
                File.Move(file.Part, file.Target, overwrite: true);
            }
            catch (Exception e) when ((e is IOException or UnauthorizedAccessException) && Directory.Exists(file.Target) && new FileInfo(file.Target).LinkTarget is null)
            {
                // The path was a folder before and is a file now.
                Directory.Delete(file.Target, recursive: true);
                File.Move(file.Part, file.Target, overwrite: true);
            }
        });
    }

    // A folder that existed just now may have been deleted.
    private void Make(string folder, Action action)
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

    private void Guard(FetchedFile file, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail(file, e);
        }
    }

    private void Fail(FetchedFile file, Exception e)
    {
        Drop();
        _file = null;
        if (DiskTrouble.Is(e))
        {
            Trouble = (IOException)e;
            throw Trouble;
        }

        Ends[file] = new FetchEnd.Failed($"it cannot be written here: {e.Message}", Stays: true);
    }

    private static Sha256 HashOf(string path)
    {
        using var stream = RegularFile.OpenRead(path);
        return Sha256.ComputeHash(stream);
    }

    private void Drop() => Drop(out _);

    private void Drop(out Sha256? hash)
    {
        hash = _hash is null ? null : Sha256.FromDigest(_hash.GetHashAndReset());
        _hash?.Dispose();
        _hash = null;
        var part = _part;
        _part = null;
        part?.Dispose();
    }
}
