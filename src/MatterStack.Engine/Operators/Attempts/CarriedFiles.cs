using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Operators.Attempts;

/// <summary>
/// The files of earlier attempts that an attempt began with. A file that it left as it was is no product of it: otherwise an attempt that
/// was killed at once would look finished.
/// </summary>
/// <param name="files">The files; none if the attempt began afresh.</param>
/// <param name="work">Absolute folder that the command ran in.</param>
/// <param name="begun">Time of the start (UTC), of the clock of the file system; null if it is not known.</param>
internal sealed class CarriedFiles(IReadOnlyList<LeftFile> files, string work, DateTime? begun)
{
    private readonly Dictionary<string, LeftFile> _files = files.ToDictionary(static file => file.Path, StringComparer.Ordinal);

    /// <summary>Stands for an attempt that carried nothing.</summary>
    public static CarriedFiles None { get; } = new([], "", null);

    /// <summary>Whether a file of <c>work/</c> is the attempt's own: it was not carried, has another content than then, or was written
    /// anew.</summary>
    /// <param name="path">Path relative to <c>work/</c>.</param>
    /// <param name="hash">Hash of its content, if it is known already.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public bool HasChanged(string path, Sha256? hash = null)
    {
        if (!_files.TryGetValue(path, out var carried))
        {
            return true;
        }

        var file = new FileInfo(Path.Combine(work, path));
        // Carried files keep their time, which is before the start.
        return file.Length != carried.Size || file.LastWriteTimeUtc >= begun || (hash ?? ComputeHash(file.FullName)) != carried.Hash;
    }

    private static Sha256 ComputeHash(string file)
    {
        using var stream = RegularFile.OpenRead(file);
        return Sha256.ComputeHash(stream);
    }
}
