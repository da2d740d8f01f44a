using System.IO.Compression;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Evidence;

/// <summary>Gives read access to the files to verify, in a folder or an archive. It writes nothing and follows no links.</summary>
internal abstract class BundleSource : IDisposable
{
    private readonly Dictionary<string, Sha256> _hashes = [];

    /// <summary>Paths of all regular files, forward slashes.</summary>
    public abstract IReadOnlyCollection<string> Files { get; }

    /// <summary>Entries that are not accepted as files, each with the reason.</summary>
    public virtual IReadOnlyList<(string Path, string Wrong)> RejectedEntries => [];

    public abstract bool HasFile(string path);

    public abstract long GetSizeBytes(string path);

    public abstract Stream Open(string path);

    /// <summary>Path of a file for messages.</summary>
    public abstract string GetDisplayPath(string path);

    /// <summary>Hash of a file, computed once: several manifests may list the same file of an archive.</summary>
    public Sha256 GetHash(string path)
    {
        if (!_hashes.TryGetValue(path, out var hash))
        {
            using var stream = Open(path);
            _hashes[path] = hash = Sha256.ComputeHash(stream);
        }

        return hash;
    }

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="InvalidDataException">The file is larger than the limit for small files.</exception>
    public byte[] Read(string path)
    {
        using var stream = OpenLimited(path, UntrustedBundleLimits.MaxSmallFileBytes);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    /// <summary>Opens a file that has at most <paramref name="most"/> bytes.</summary>
    /// <exception cref="InvalidDataException">The file is larger.</exception>
    public Stream OpenLimited(string path, long most) => GetSizeBytes(path) <= most ? Open(path) : throw new InvalidDataException($"'{path}' has more than {most >> 20} MiB");

    public virtual void Dispose() => GC.SuppressFinalize(this);
}

/// <summary>Files of a folder.</summary>
internal sealed class FolderSource : BundleSource
{
    private readonly string _folder;
    private readonly HashSet<string> _files = new(StringComparer.Ordinal);
    private readonly List<(string Path, string Wrong)> _rejectedEntries = [];

    public FolderSource(string folder)
    {
        _folder = folder;
        AddEntries(new DirectoryInfo(folder), "");
    }

    public override IReadOnlyCollection<string> Files => _files;

    public override IReadOnlyList<(string Path, string Wrong)> RejectedEntries => _rejectedEntries;

    public override bool HasFile(string path) => _files.Contains(path);

    public override long GetSizeBytes(string path) => new FileInfo(GetDisplayPath(path)).Length;

    public override Stream Open(string path) => RegularFile.OpenRead(GetDisplayPath(path));

    public override string GetDisplayPath(string path) => Path.Combine(_folder, path);

    private void AddEntries(DirectoryInfo folder, string prefix)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = 0 }))
        {
            if ((entry.Attributes & FileAttributes.ReparsePoint) != 0)
            {
                _rejectedEntries.Add((prefix + entry.Name, "is a link"));
            }
            else if (entry is not DirectoryInfo && FileKind.FindNonFileKind(entry.FullName) is { } other)
            {
                _rejectedEntries.Add((prefix + entry.Name, "is " + other));
            }
            else if (entry is DirectoryInfo below)
            {
                AddEntries(below, prefix + entry.Name + "/");
            }
            else
            {
                _files.Add(prefix + entry.Name);
            }
        }
    }
}

/// <summary>Files of an archive, below its one folder.</summary>
internal sealed class ZipSource : BundleSource
{
    private const int UnixTypeMask = 0xF000;
    private const int UnixLinkType = 0xA000;
    private readonly ZipArchive _zip;
    private readonly string _path;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);
    private readonly List<(string Path, string Wrong)> _rejectedEntries = [];

    /// <exception cref="InvalidDataException">The file is not a zip archive, or exceeds the limits.</exception>
    public ZipSource(string path)
    {
        _path = path;
        var file = RegularFile.OpenRead(path);
        try
        {
            ZipLimits.CheckDirectory(file);
            _zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: false);
        }
        catch
        {
            file.Dispose();
            throw;
        }

        ZipLimits.CheckEntries(_zip, file.Length);
        var files = _zip.Entries.Where(e => !e.FullName.EndsWith('/')).ToList();
        var first = files.Count > 0 ? files[0].FullName[..(files[0].FullName.IndexOf('/', StringComparison.Ordinal) + 1)] : "";
        RootFolder = files.All(e => e.FullName.StartsWith(first, StringComparison.Ordinal)) ? first : "";
        foreach (var entry in files)
        {
            var name = entry.FullName[RootFolder.Length..];
            if (FindEntryFault(name, entry) is { } wrong)
            {
                _rejectedEntries.Add((name, wrong));
            }
            else if (!_entries.TryAdd(name, entry))
            {
                _rejectedEntries.Add((name, "occurs twice"));
            }
        }
    }

    /// <summary>The common top folder of all entries, with a trailing slash; empty if there is none.</summary>
    public string RootFolder { get; }

    public override IReadOnlyCollection<string> Files => _entries.Keys;

    public override IReadOnlyList<(string Path, string Wrong)> RejectedEntries => _rejectedEntries;

    public override bool HasFile(string path) => _entries.ContainsKey(path);

    public override long GetSizeBytes(string path) => _entries[path].Length;

    public override Stream Open(string path) => _entries[path].Open();

    public override string GetDisplayPath(string path) => $"{_path}!/{RootFolder}{path}";

    private static string? FindEntryFault(string name, ZipArchiveEntry entry)
    {
        var parts = name.Split('/');
        return parts.Contains("..") ? "leads out of the bundle"
            : parts.Any(static part => part is "" or ".") ? "is not a plain path"
            : ((entry.ExternalAttributes >> 16) & UnixTypeMask) == UnixLinkType ? "is a link"
            : null;
    }

    public override void Dispose()
    {
        _zip.Dispose();
        base.Dispose();
    }
}

/// <summary>The files of another source below one of its folders.</summary>
internal sealed class SubfolderSource(BundleSource source, string folder) : BundleSource
{
    private readonly HashSet<string> _files = new(source.Files.Where(f => f.StartsWith(folder, StringComparison.Ordinal)).Select(f => f[folder.Length..]), StringComparer.Ordinal);

    public override IReadOnlyCollection<string> Files => _files;

    public override bool HasFile(string path) => _files.Contains(path);

    public override long GetSizeBytes(string path) => source.GetSizeBytes(folder + path);

    public override Stream Open(string path) => source.Open(folder + path);

    public override string GetDisplayPath(string path) => source.GetDisplayPath(folder + path);
}
