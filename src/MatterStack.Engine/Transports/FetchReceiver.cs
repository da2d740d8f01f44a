using System.Security.Cryptography;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Transports;

/// <summary>Takes in fetched files as they come: hashes them, compares with the hash that was taken there, and only then gives them their names.</summary>
/// <param name="files">What is expected, by the raw name.</param>
/// <param name="hashes">Hashes that were taken there, by the raw name.</param>
/// <param name="before">Hashes that were taken there before a file came that had another.</param>
internal sealed class FetchReceiver(IReadOnlyDictionary<string, FetchedFile> files, IReadOnlyDictionary<string, Sha256> hashes, IReadOnlyDictionary<string, Sha256> before) : ITarTarget, IDisposable
{
    // Held in memory until it is whole; what is larger is written as it comes, and carried on if the line breaks.
    internal const int Small = 1 << 20;

    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);
    private readonly byte[] _memory = new byte[Small];
    private IncrementalHash? _hash;
    private FileStream? _part;
    private FetchedFile? _file;
    private string _name = "";
    private long _size;
    private int _length;
    private bool _holes;

    public Dictionary<FetchedFile, FetchEnd> Ends { get; } = [];

    /// <summary>Files that came with another content than the hash says.</summary>
    public Dictionary<string, Sha256> Others { get; } = new(StringComparer.Ordinal);

    /// <summary>Trouble of the disk here: it is not the other machine's.</summary>
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

        // Its zeros are hashed when it is whole: meanwhile the line would seem to stand still.
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

    public void Rest(ReadOnlySpan<byte> bytes)
    {
    }

    public void Dispose()
    {
        // What has come of a large one is carried on next time, unless it has holes or is another one by now.
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
            var content = Sha256.Of(_memory.AsSpan(0, _length));
            if (Agree(file, content) is not { } changing)
            {
                return;
            }

            Make(file.Parts, () =>
            {
                using var handle = File.OpenHandle(file.Part, FileMode.Create, FileAccess.Write);
                RandomAccess.Write(handle, _memory.AsSpan(0, _length), 0);
                File.SetLastWriteTimeUtc(handle, file.Written);
            });

            Name(file);
            Ends[file] = new FetchEnd.Here(content, _length, changing);
            return;
        }

        _part.SetLength(_size);
        _part.Flush();
        Drop(out var hash);
        var whole = _holes || hash is null ? HashOf(file.Part) : hash.Value;
        if (Agree(file, whole) is not { } isChanging)
        {
            File.Delete(file.Part);
            return;
        }

        File.SetLastWriteTimeUtc(file.Part, file.Written);
        Name(file);
        Ends[file] = new FetchEnd.Here(whole, _size, isChanging);
    }

    /// <summary>A part that was carried on is whole.</summary>
    public void Finish(FetchedFile file, string name)
    {
        _name = name;
        Guard(file, () =>
        {
            var content = HashOf(file.Part);
            if (Agree(file, content) is { } isChanging)
            {
                File.SetLastWriteTimeUtc(file.Part, file.Written);
                Name(file);
                Ends[file] = new FetchEnd.Here(content, file.Size, isChanging);
            }
            else
            {
                File.Delete(file.Part);
            }
        });
    }

    // Null: not as it is there. One that is written to has had another hash each time; then the last that came is as good as any.
    private bool? Agree(FetchedFile file, Sha256 content)
    {
        if (!hashes.TryGetValue(_name, out var there))
        {
            // It could not be read a moment ago.
            return null;
        }

        if (content == there)
        {
            return false;
        }

        if (before.TryGetValue(_name, out var earlier))
        {
            if (earlier != there)
            {
                return true;
            }

            Ends[file] = new FetchEnd.Failed("it arrived with another content than it has there", Stays: false);
            return null;
        }

        Others[_name] = there;
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
                // It has become a file meanwhile.
                Directory.Delete(file.Target, recursive: true);
                File.Move(file.Part, file.Target, overwrite: true);
            }
        });
    }

    // A folder that was there a moment ago may have been tidied away.
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
        return Sha256.Of(stream);
    }

    private void Drop() => Drop(out _);

    private void Drop(out Sha256? hash)
    {
        hash = _hash is null ? null : Sha256.OfDigest(_hash.GetHashAndReset());
        _hash?.Dispose();
        _hash = null;
        var part = _part;
        _part = null;
        part?.Dispose();
    }
}
