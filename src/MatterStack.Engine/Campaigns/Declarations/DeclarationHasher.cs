using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MatterStack.Engine.Campaigns.Declarations.Fields;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Campaigns.Declarations;

/// <summary>Computes a cheap hash of everything that a definition depends on: the declared items, and files by their stamps.</summary>
/// <remarks>
/// It works like the index of git. A file that changed shortly before the checkpoint could change again without a new stamp;
/// such files are hashed by content. Equal hashes mean equal definitions; different hashes mean nothing.
/// </remarks>
internal sealed class DeclarationHasher : IDisposable
{
    /// <summary>Longer than the time resolution of any file system and the clock differences in a network.</summary>
    internal static readonly TimeSpan MinStampAge = TimeSpan.FromSeconds(3);

    private const int ChunkBytes = 1 << 15;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ArrayBufferWriter<byte> _buffer = new(ChunkBytes * 2);
    private readonly List<int> _known = [];
    private readonly SortedSet<string> _files = new(StringComparer.Ordinal);
    private readonly DateTimeOffset _at;
    private IReadOnlyList<string>? _names;
    private bool _usesProgram;
    private bool _settled = true;

    private DeclarationHasher(DateTimeOffset at) => _at = at;

    /// <param name="declared">The declaration.</param>
    /// <param name="at">Time of the checkpoint.</param>
    /// <returns>Null if a file is missing or cannot be read. Reading the whole declaration reports the reason.</returns>
    public static DeclarationHash? ComputeHash(Declaration declared, DateTimeOffset at)
    {
        using var hasher = new DeclarationHasher(at);
        try
        {
            hasher.AppendValue(EngineVersion.Text);
            hasher.AppendValue(declared.Tasks.Count);
            foreach (var task in declared.Tasks)
            {
                hasher.AddTask(task);
            }

            return hasher.AddFiles(declared.ProjectFolder, declared.GeneratedFolders) && hasher.AddPrograms(declared)
                ? new DeclarationHash(hasher.FinishHash(), hasher._settled)
                : null;
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return null;
        }
    }

    public void Dispose() => _hash.Dispose();

    private void AddTask(DeclaredTask task)
    {
        AppendValue(task.Id);
        var metadata = task.Metadata;
        FindKnownNames(metadata.Names);
        AppendValue(_known.Count);
        foreach (var position in _known)
        {
            var name = metadata.Names[position];
            var texts = metadata.CountTexts(position);
            AppendValue(name);
            AppendValue(texts);
            for (var i = 0; i < texts; i++)
            {
                AppendValue(metadata.GetText(position, i));
            }

            if (name.Equals("Files", StringComparison.OrdinalIgnoreCase))
            {
                _files.UnionWith(metadata.GetTexts(position));
            }
            else if (!_usesProgram && TaskFields.IsCommand(name))
            {
                _usesProgram = metadata.GetTexts(position).Any(CampaignProgram.IsUsedBy);
            }
        }
    }

    // Most tasks share their list of names with the task before.
    private void FindKnownNames(IReadOnlyList<string> names)
    {
        if (ReferenceEquals(names, _names))
        {
            return;
        }

        _names = names;
        _known.Clear();
        for (var i = 0; i < names.Count; i++)
        {
            if (TaskFields.IsKnown(names[i]))
            {
                _known.Add(i);
            }
        }
    }

    private bool AddFiles(string projectFolder, IReadOnlyList<string> generatedFolders)
    {
        foreach (var text in _files.Where(text => text.Trim().Length > 0))
        {
            if (RelativePath.Normalise(FileRequest.SplitEntry(text).Source) is not { } source)
            {
                return false;
            }

            var found = Globs.FindFiles(projectFolder, source, generatedFolders);
            if (found.Count == 0)
            {
                return false;
            }

            AppendValue(text);
            AppendValue(found.Count);
            foreach (var path in found)
            {
                AddFile(path, Path.Combine(projectFolder, path));
            }
        }

        return true;
    }

    private bool AddPrograms(Declaration declared)
    {
        if (_usesProgram && !File.Exists(declared.Program))
        {
            return false;
        }

        AppendValue(declared.ClassName ?? "");
        // The assembly counts even without a campaign class, because it may get one.
        foreach (
            var assembly in new[] { declared.Assembly, _usesProgram ? declared.Program : null }
                .OfType<string>()
                .Where(File.Exists)
                .Distinct(StringComparer.Ordinal)
        )
        {
            var files = CampaignProgram.ListFiles(assembly);
            AppendValue(Path.GetFileName(assembly));
            AppendValue(files.Count);
            foreach (var (path, file) in files)
            {
                AddFile(path, file);
            }
        }

        return true;
    }

    private void AddFile(string path, string file)
    {
        AppendValue(path);
        if (FileStamp.FindStamp(file) is { } stamp && stamp.ChangedAt < _at - MinStampAge)
        {
            AppendValue(stamp.Text);
            return;
        }

        _settled = false;
        using var stream = RegularFile.OpenRead(file);
        AppendValue(
            Sha256.ComputeHash(stream).Hex
                + (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & UnixFileMode.UserExecute) != 0 ? " x" : "")
        );
    }

    // The length precedes each text, so that the encoding is unambiguous.
    private void AppendValue(string text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        var span = _buffer.GetSpan(sizeof(int) + most);
        var length = Encoding.UTF8.GetBytes(text, span[sizeof(int)..]);
        BinaryPrimitives.WriteInt32LittleEndian(span, length);
        AdvanceBuffer(sizeof(int) + length);
    }

    private void AppendValue(int number)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.GetSpan(sizeof(int)), number);
        AdvanceBuffer(sizeof(int));
    }

    private void AdvanceBuffer(int bytes)
    {
        _buffer.Advance(bytes);
        if (_buffer.WrittenCount >= ChunkBytes)
        {
            _hash.AppendData(_buffer.WrittenSpan);
            _buffer.ResetWrittenCount();
        }
    }

    private Sha256 FinishHash()
    {
        _hash.AppendData(_buffer.WrittenSpan);
        _ = Sha256.TryParse(Convert.ToHexStringLower(_hash.GetHashAndReset()), out var hash);
        return hash;
    }
}
