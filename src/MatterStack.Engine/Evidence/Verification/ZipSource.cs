using System.IO.Compression;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Evidence.Verification;

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
