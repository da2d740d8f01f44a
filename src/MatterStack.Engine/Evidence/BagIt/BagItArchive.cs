using System.Globalization;
using System.IO.Compression;
using System.Text;
using MatterStack.Engine.Evidence.Bundle;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Evidence.BagIt;

/// <summary>
/// Writes a bundle as one archive: a zip with a BagIt bag (RFC 8493) whose payload is the bundle. The same bundle gives the same bytes.
/// </summary>
internal static class BagItArchive
{
    public const string DeclarationFile = "bagit.txt";
    public const string InfoFile = "bag-info.txt";
    public const string PayloadManifestFile = "manifest-sha256.txt";
    public const string TagManifestFile = "tagmanifest-sha256.txt";
    public const string PayloadFolder = "data/";
    public const string DeclarationText = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

    // The earliest time that a zip entry can hold; zip entries have no time zone.
    private static readonly DateTimeOffset EntryTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <returns>True if the archive was written; false if it was already up to date.</returns>
    public static bool Write(IDisk disk, string bundle, string archive, string runId, string date)
    {
        var files = ListPayload(disk, bundle);
        using var manifest = new MemoryStream();
        // A bag's manifest escapes line ends with percent codes, unlike sha256sum.
        foreach (var file in files)
        {
            manifest.Write(Encoding.UTF8.GetBytes($"{file.Hash}  {PayloadFolder}{EscapePath(file.Path)}\n"));
        }

        var name = Path.GetFileNameWithoutExtension(archive);
        var tags = new List<(string Name, byte[] Content)>
        {
            (DeclarationFile, Encoding.UTF8.GetBytes(DeclarationText)),
            (
                InfoFile,
                Encoding.UTF8.GetBytes(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Bagging-Date: {date}\nExternal-Description: Evidence of a MatterStack run\nExternal-Identifier: {runId}\n"
                            + $"Payload-Oxum: {files.Sum(f => f.Size)}.{files.Count}\n"
                    )
                )
            ),
            (PayloadManifestFile, manifest.ToArray()),
        };
        tags.Add(
            (TagManifestFile, Encoding.UTF8.GetBytes(string.Concat(tags.Select(t => $"{Sha256.ComputeHash(t.Content)}  {t.Name}\n"))))
        );
        if (IsCurrent(archive, name, tags[^1].Content))
        {
            return false;
        }

        var temporary = archive + ".tmp-evidence";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
        {
            Write(
                file,
                name,
                tags.Select(t => (t.Name, (Func<Stream>)(() => new MemoryStream(t.Content))))
                    .Concat(files.Select(f => (PayloadFolder + f.Path, (Func<Stream>)(() => disk.OpenRead(Path.Combine(bundle, f.Path))))))
            );
        }

        disk.MoveFile(temporary, archive);
        return true;
    }

    /// <summary>
    /// Writes an archive with its entries in the given order and without compression, so that equal content gives equal bytes.
    /// </summary>
    public static void Write(Stream stream, string name, IEnumerable<(string Path, Func<Stream> Open)> entries)
    {
        using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var (path, open) in entries)
        {
            var entry = zip.CreateEntry(name + "/" + path, CompressionLevel.NoCompression);
            entry.LastWriteTime = EntryTime;
            entry.ExternalAttributes = Convert.ToInt32("100644", 8) << 16;
            using var from = open();
            using var to = entry.Open();
            from.CopyTo(to);
        }
    }

    public static string EscapePath(string path) =>
        path.Replace("%", "%25", StringComparison.Ordinal)
            .Replace("\n", "%0A", StringComparison.Ordinal)
            .Replace("\r", "%0D", StringComparison.Ordinal);

    public static string UnescapePath(string path) =>
        path.Replace("%0A", "\n", StringComparison.OrdinalIgnoreCase)
            .Replace("%0D", "\r", StringComparison.OrdinalIgnoreCase)
            .Replace("%25", "%", StringComparison.Ordinal);

    // The bundle's manifest lists all files except itself and the signature.
    private static List<BundleFile> ListPayload(IDisk disk, string bundle)
    {
        using var stream = disk.OpenRead(Path.Combine(bundle, BundleNames.Manifest));
        var files = BundleManifest
            .Read(stream, static _ => { })
            .Select(f => new BundleFile(f.Path, f.Hash, new FileInfo(Path.Combine(bundle, f.Path)).Length))
            .ToList();
        foreach (var path in new[] { BundleNames.Manifest, BundleNames.Signature }.Where(p => disk.FileExists(Path.Combine(bundle, p))))
        {
            var content = disk.ReadAllBytes(Path.Combine(bundle, path));
            files.Add(new BundleFile(path, Sha256.ComputeHash(content), content.Length));
        }

        return [.. files.OrderBy(f => f.Path, StringComparer.Ordinal)];
    }

    private static bool IsCurrent(string archive, string name, byte[] tagManifest)
    {
        if (!File.Exists(archive))
        {
            return false;
        }

        try
        {
            using var zip = ZipFile.OpenRead(archive);
            using var stream = zip.GetEntry(name + "/" + TagManifestFile)?.Open();
            using var known = new MemoryStream();
            stream?.CopyTo(known);
            return known.ToArray().AsSpan().SequenceEqual(tagManifest);
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
