using System.Collections.Concurrent;
using System.Security.Cryptography;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Evidence.Bundle;

/// <summary>
/// Writes the files of a bundle into its folder, and skips files that are already there. It keeps path, hash and size of each file in
/// memory, not the content. Several threads may write files of different names.
/// </summary>
internal sealed class BundleFolder
{
    private const string TemporarySuffix = ".tmp-evidence";
    private readonly IDisk _disk;
    private readonly Dictionary<string, Sha256> _previousHashes = [];
    private readonly ConcurrentDictionary<string, BundleFile> _files = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _folders = new(StringComparer.Ordinal);
    private readonly HashSet<string> _existingFiles = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private volatile bool _isManifestRemoved;

    private BundleFolder(IDisk disk, string path) => (_disk, Path) = (disk, path);

    public string Path { get; }

    /// <summary>Files written or confirmed so far, sorted by path.</summary>
    public IEnumerable<BundleFile> Files => _files.Values.OrderBy(f => f.Path, StringComparer.Ordinal);

    /// <summary>Files in the folder that do not belong to the bundle.</summary>
    public IEnumerable<string> ForeignFiles =>
        _existingFiles.Where(f =>
            f is not (BundleNames.Manifest or BundleNames.Signature) && !_files.ContainsKey(f) && !_previousHashes.ContainsKey(f)
        );

    public static Result<BundleFolder> Open(IDisk disk, string runFolder, string path)
    {
        var folder = new BundleFolder(disk, path);
        if (new DirectoryInfo(path).LinkTarget is not null || !RelativePath.StaysInside(runFolder, path))
        {
            return Problem.Create(
                EvidenceCodes.LeadsOut,
                $"Evidence is not written: {path} is a link or lies outside the run's folder",
                new SourcePosition(path)
            );
        }

        if (!disk.DirectoryExists(path))
        {
            return folder;
        }

        if (FindLink(path, "", folder._existingFiles) is { } link)
        {
            return Problem.Create(EvidenceCodes.LeadsOut, $"Evidence is not written: {link} is a link", new SourcePosition(link));
        }

        foreach (var left in folder._existingFiles.Where(f => f.EndsWith(TemporarySuffix, StringComparison.Ordinal)).ToList())
        {
            disk.DeleteFile(folder.GetPath(left));
            folder._existingFiles.Remove(left);
        }

        if (disk.FileExists(folder.GetPath(BundleNames.Manifest)))
        {
            using var stream = disk.OpenRead(folder.GetPath(BundleNames.Manifest));
            foreach (var (name, hash) in BundleManifest.Read(stream, static _ => { }))
            {
                folder._previousHashes[name] = hash;
            }
        }

        return folder;
    }

    /// <summary>Whether the folder has every file that the last export wrote.</summary>
    public bool IsComplete => _previousHashes.Count > 0 && _previousHashes.Keys.All(_existingFiles.Contains);

    /// <summary>Number of files that the last export wrote.</summary>
    public int PreviousFileCount => _previousHashes.Count;

    public string GetPath(string name) => System.IO.Path.Combine(Path, name);

    public bool TryGet(string name, out BundleFile file) => _files.TryGetValue(name, out file);

    /// <summary>Whether a file has the same content as after the last export.</summary>
    public bool IsUnchanged(string name)
    {
        if (!_previousHashes.TryGetValue(name, out var hash) || !_disk.FileExists(GetPath(name)))
        {
            return false;
        }

        using var stream = _disk.OpenRead(GetPath(name));
        return Sha256.ComputeHash(stream) == hash;
    }

    /// <summary>Copies a regular file. Returns its hash and size at the time of the copy.</summary>
    /// <exception cref="IOException">The source is not a regular file, or cannot be copied.</exception>
    public BundleFile CopyFile(string name, string source)
    {
        var there = _existingFiles.Contains(name);
        if (
            there
            && _previousHashes.TryGetValue(name, out var known)
            && new FileInfo(source) is var from
            && new FileInfo(GetPath(name)) is { Exists: true } to
            && from.Exists
            && to.Length == from.Length
            && to.LastWriteTimeUtc == from.LastWriteTimeUtc
        )
        {
            return AddFile(new BundleFile(name, known, to.Length));
        }

        // A new file is written in place: without a manifest no reader takes a partial file for complete.
        var temporary = PrepareTarget(name, there);
        RemoveManifest();
        var (hash, size) = _disk.CopyHashed(source, temporary);
        if (there)
        {
            _disk.MoveFile(temporary, GetPath(name));
        }

        return AddFile(new BundleFile(name, hash, size));
    }

    /// <summary>Deletes a file and removes it from the bundle.</summary>
    public void RemoveFile(string name)
    {
        RemoveManifest();
        _disk.DeleteFile(GetPath(name));
        _files.TryRemove(name, out _);
    }

    public BundleFile WriteFile(string name, byte[] content)
    {
        var made = new BundleFile(name, Sha256.ComputeHash(content), content.Length);
        if (!IsAlreadyWritten(made))
        {
            var there = _existingFiles.Contains(name);
            var temporary = PrepareTarget(name, there);
            RemoveManifest();
            _disk.WriteAllBytes(temporary, content);
            if (there)
            {
                _disk.MoveFile(temporary, GetPath(name));
            }
        }

        return AddFile(made);
    }

    /// <summary>Writes a file through a stream, for content that is produced piece by piece.</summary>
    public BundleFile WriteFile(string name, Action<Stream> write)
    {
        var temporary = PrepareTarget(name, true);
        BundleFile made;
        using (var hash = SHA256.Create())
        {
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
            using (var hashed = new CryptoStream(file, hash, CryptoStreamMode.Write))
            {
                write(hashed);
                hashed.FlushFinalBlock();
                made = new BundleFile(name, Sha256.FromDigest(hash.Hash!), file.Position);
            }
        }

        if (IsAlreadyWritten(made))
        {
            _disk.DeleteFile(temporary);
        }
        else
        {
            RemoveManifest();
            _disk.MoveFile(temporary, GetPath(name));
        }

        return AddFile(made);
    }

    /// <summary>
    /// Deletes files that are no longer part of the bundle, then writes the manifest. The manifest is last: it marks the bundle as
    /// complete.
    /// </summary>
    /// <returns>Hash of the manifest, and whether anything was written.</returns>
    public (Sha256 Manifest, bool Written) FinishBundle()
    {
        foreach (var gone in _previousHashes.Keys.Where(name => !_files.ContainsKey(name) && _disk.FileExists(GetPath(name))).ToList())
        {
            RemoveManifest();
            _disk.DeleteFile(GetPath(gone));
        }

        using var manifest = new MemoryStream();
        BundleManifest.Write(manifest, Files);
        var content = manifest.ToArray();
        if (
            _isManifestRemoved
            || !_disk.FileExists(GetPath(BundleNames.Manifest))
            || !_disk.ReadAllBytes(GetPath(BundleNames.Manifest)).AsSpan().SequenceEqual(content)
        )
        {
            _disk.WriteAtomically(GetPath(BundleNames.Manifest), content);
            return (Sha256.ComputeHash(content), true);
        }

        return (Sha256.ComputeHash(content), false);
    }

    private bool IsAlreadyWritten(BundleFile file) =>
        _existingFiles.Contains(file.Path)
        && _previousHashes.TryGetValue(file.Path, out var known)
        && known == file.Hash
        && new FileInfo(GetPath(file.Path)) is { Exists: true } there
        && there.Length == file.Size;

    private BundleFile AddFile(BundleFile file) => _files[file.Path] = file;

    // Returns the path to write to: a temporary name next to the existing file, or the final name.
    private string PrepareTarget(string name, bool beside)
    {
        var path = GetPath(name);
        _folders.GetOrAdd(System.IO.Path.GetDirectoryName(path)!, folder =>
        {
            _disk.CreateDirectory(folder);
            return true;
        });
        return beside ? path + TemporarySuffix : path;
    }

    // The manifest is deleted before the first change. An interrupted export then leaves no bundle that looks complete, and no hash that is
    // older than its file.
    private void RemoveManifest()
    {
        if (_isManifestRemoved)
        {
            return;
        }

        lock (_lock)
        {
            if (!_isManifestRemoved && _disk.FileExists(GetPath(BundleNames.Manifest)))
            {
                _disk.DeleteFile(GetPath(BundleNames.Manifest));
            }

            _isManifestRemoved = true;
        }
    }

    private static string? FindLink(string folder, string prefix, HashSet<string> files)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            if ((entry.Attributes & FileAttributes.ReparsePoint) != 0)
            {
                return entry.FullName;
            }

            if (entry is DirectoryInfo)
            {
                if (FindLink(entry.FullName, prefix + entry.Name + "/", files) is { } link)
                {
                    return link;
                }
            }
            else
            {
                files.Add(prefix + entry.Name);
            }
        }

        return null;
    }
}
