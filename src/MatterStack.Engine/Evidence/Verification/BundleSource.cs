using MatterStack.Engine.Evidence.Bundle;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Evidence.Verification;

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
    public Stream OpenLimited(string path, long most) =>
        GetSizeBytes(path) <= most ? Open(path) : throw new InvalidDataException($"'{path}' has more than {most >> 20} MiB");

    public virtual void Dispose() => GC.SuppressFinalize(this);
}
