using System.Globalization;
using System.Text;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Operators.Logs;

/// <summary>The folder of an attempt on this machine, or on a file system that it shares.</summary>
/// <param name="location">The attempt.</param>
/// <param name="workFolder">Absolute folder that its command runs in.</param>
/// <param name="clock">Clock.</param>
/// <param name="pause">Waits a moment between two looks.</param>
internal sealed class LocalAttemptFolder(
    AttemptLocation location,
    string workFolder,
    TimeProvider clock,
    Action<CancellationToken>? pause = null
) : IAttemptFolder
{
    private const int MaxChunk = 1 << 18;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<string, ulong> _inodes = new(StringComparer.Ordinal);
    private readonly Action<CancellationToken> _pause = pause ?? (static cancel => cancel.WaitHandle.WaitOne(Pause));

    /// <summary>Creates the folder of an attempt whose command runs in <c>work/</c>.</summary>
    public static LocalAttemptFolder Create(AttemptLocation location, TimeProvider clock) =>
        new(location, Path.Combine(location.RunFolder, location.RelativeFolder, AttemptLayout.WorkFolder), clock);

    public string Name => Path.Combine(location.RunFolder, location.RelativeFolder);

    public FolderLook Read(IReadOnlyList<string> files, int most, CancellationToken cancel)
    {
        var looks = files.Select(file => ReadEnd(file, most)).ToList();
        return new FolderLook(looks, ReadExitCode(), looks.Exists(static look => look.Kind == FileLookKind.Missing) ? ListNames() : []);
    }

    public FollowEnd Follow(IReadOnlyList<FollowedFile> files, IFollower follower, CancellationToken cancel)
    {
        while (true)
        {
            // What the command wrote last was written before its exit code.
            var ended = ReadExitCode();
            foreach (var file in files)
            {
                while (!cancel.IsCancellationRequested && ReadOn(file, follower)) { }
            }

            if (ended is not null || cancel.IsCancellationRequested)
            {
                return new FollowEnd(ended, null);
            }

            if (!follower.Continues())
            {
                // It may have written between the two looks.
                foreach (var file in files)
                {
                    while (ReadOn(file, follower)) { }
                }

                return new FollowEnd(ReadExitCode(), null);
            }

            _pause(cancel);
        }
    }

    public void Dispose() { }

    private FileLook ReadEnd(string file, int most)
    {
        try
        {
            using var stream = Open(file);
            var length = stream.Length;
            stream.Seek(-Math.Min(length, most), SeekOrigin.End);
            var bytes = new byte[Math.Min(length, most)];
            var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            var age = clock.GetUtcNow() - File.GetLastWriteTimeUtc(stream.SafeFileHandle);
            return new FileLook(
                file,
                FileLookKind.File,
                length,
                age < TimeSpan.Zero ? TimeSpan.Zero : age,
                CutFirstLine(Encoding.UTF8.GetString(bytes, 0, read), length > most),
                null
            );
        }
        catch (RefusedFileException e)
        {
            return FileLook.CreateRefused(file, e.Message);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return FileLook.CreateMissing(file);
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return FileLook.CreateRefused(file, e.Message);
        }
    }

    /// <summary>Removes a line that does not begin in the text, unless there is no other.</summary>
    public static string CutFirstLine(string text, bool isCut) =>
        isCut && text.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end && end < text.Length - 1 ? text[(end + 1)..] : text;

    // Returns whether there may be more at once.
    private bool ReadOn(FollowedFile file, IFollower follower)
    {
        try
        {
            using var stream = Open(file.File);
            var inode = FileKind.FindInode(stream.SafeFileHandle);
            var isOther = inode is { } known && _inodes.TryGetValue(file.File, out var former) && former != known;
            if (inode is { } current)
            {
                _inodes[file.File] = current;
            }

            if (isOther || stream.Length < file.Position)
            {
                file.Position = 0;
                follower.Restart(file);
            }

            stream.Seek(file.Position, SeekOrigin.Begin);
            var bytes = new byte[Math.Min(MaxChunk, Math.Max(0, stream.Length - file.Position))];
            var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (read == 0)
            {
                return false;
            }

            file.Position += read;
            follower.Append(file, bytes.AsSpan(0, read));
            return read == MaxChunk;
        }
        catch (Exception e) when (e is RefusedFileException || DiskErrors.IsAccessError(e))
        {
            // It is not there yet, or not any more.
            return false;
        }
    }

    private FileStream Open(string file)
    {
        if (!file.StartsWith(AttemptLayout.WorkPrefix, StringComparison.Ordinal))
        {
            return TaskFile.OpenRead(location.RunFolder, $"{location.RelativeFolder}/{file}", alone: true);
        }

        var path = Path.Combine(workFolder, file[AttemptLayout.WorkPrefix.Length..]);
        if (!RelativePath.StaysInside(workFolder, path))
        {
            throw new RefusedFileException("it is a link that leads out of the work folder");
        }

        return FileKind.FindNonFileKind(path) is { } kind ? throw new RefusedFileException($"it is {kind}")
            : File.Exists(path) ? RegularFile.OpenRead(path)
            : throw new FileNotFoundException(path);
    }

    private int? ReadExitCode()
    {
        try
        {
            using var stream = TaskFile.OpenRead(location.RunFolder, $"{location.RelativeFolder}/{AttemptLayout.ExitCodeFile}");
            var bytes = new byte[16];
            var text = Encoding.ASCII.GetString(bytes, 0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
            // Times follow the code, which is complete when its line has an end.
            return
                text.IndexOf('\n', StringComparison.Ordinal) is > 0 and var end
                && int.TryParse(text.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out var code)
                ? code
                : null;
        }
        catch (Exception e) when (e is RefusedFileException || DiskErrors.IsAccessError(e))
        {
            return null;
        }
    }

    private IReadOnlyList<string> ListNames()
    {
        try
        {
            return
            [
                .. Directory
                    .EnumerateFiles(
                        workFolder,
                        "*",
                        new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }
                    )
                    .Where(static path => FileKind.FindNonFileKind(path) is null)
                    .Take(FolderLook.MaxNames)
                    .Select(path => Path.GetRelativePath(workFolder, path).Replace('\\', '/'))
                    .Order(StringComparer.Ordinal),
            ];
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return [];
        }
    }
}
