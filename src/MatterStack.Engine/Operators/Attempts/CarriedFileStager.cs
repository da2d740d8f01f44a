using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Operators.Attempts;

/// <summary>Copies files of earlier attempts into the <c>work/</c> folder of the next one, after its inputs.</summary>
internal sealed class CarriedFileStager(IDisk disk)
{
    /// <summary>Copies all files, or none. Inputs that they replace are kept beside <c>work/</c>.</summary>
    /// <param name="runFolder">Absolute folder of the run.</param>
    /// <param name="files">The files.</param>
    /// <param name="attemptFolder">Absolute folder of the attempt.</param>
    /// <param name="work">Absolute folder that the command will run in.</param>
    /// <returns>Why none was copied, as text for people; null if all were.</returns>
    /// <exception cref="IOException">The disk has an error, see <see cref="DiskErrors"/>.</exception>
    public string? StageFiles(string runFolder, IReadOnlyList<LeftFile> files, string attemptFolder, string work)
    {
        // All are checked before the first is copied: parts of two states must not mix.
        if (files.Select(file => FindProblem(runFolder, file)).FirstOrDefault(static problem => problem is not null) is { } problem)
        {
            return problem;
        }

        var copied = new List<LeftFile>();
        try
        {
            foreach (var file in files)
            {
                copied.Add(file);
                CopyFile(
                    GetSource(runFolder, file),
                    Path.Combine(attemptFolder, AttemptLayout.ReplacedFolder, file.Path),
                    Path.Combine(work, file.Path)
                );
            }

            return null;
        }
        catch (Exception e) when (DiskErrors.IsAccessOrPathError(e) && !DiskErrors.IsDiskError(e))
        {
            foreach (var file in copied)
            {
                RemoveCopy(Path.Combine(attemptFolder, AttemptLayout.ReplacedFolder, file.Path), Path.Combine(work, file.Path));
            }

            return $"{copied[^1].Path} could not be copied: {e.Message}";
        }
    }

    private static string GetSource(string runFolder, LeftFile file) =>
        Path.Combine(runFolder, file.OriginFolder, AttemptLayout.WorkFolder, file.Source);

    /// <summary>Why a file cannot be carried; null if it is as it was recorded.</summary>
    public static string? FindProblem(string runFolder, LeftFile file)
    {
        if (file.Place.Length > 0)
        {
            return $"{file.Path} is on {file.Place}, and the attempt runs elsewhere";
        }

        var source = GetSource(runFolder, file);
        try
        {
            if (!File.Exists(source))
            {
                return $"{file.Path} is gone from {source}";
            }

            if (new FileInfo(source).LinkTarget is not null || !RelativePath.StaysInside(runFolder, source))
            {
                return $"{file.Path} has become a link ({source})";
            }

            using var stream = RegularFile.OpenRead(source);
            return stream.Length == file.Size && Sha256.ComputeHash(stream) == file.Hash
                ? null
                : $"{file.Path} has changed since it was recorded ({source})";
        }
        catch (Exception e) when (DiskErrors.IsAccessOrPathError(e) && !DiskErrors.IsDiskError(e))
        {
            return $"{file.Path} cannot be read: {e.Message}";
        }
    }

    // A copy keeps the time of the file: that shows later whether the attempt has written it.
    private void CopyFile(string source, string kept, string target)
    {
        disk.CreateDirectory(Path.GetDirectoryName(target)!);
        if (disk.FileExists(target))
        {
            disk.CreateDirectory(Path.GetDirectoryName(kept)!);
            disk.MoveFile(target, kept);
        }

        disk.CopyFile(source, target);
        // A program may protect its checkpoints from itself.
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(target) is var mode && !mode.HasFlag(UnixFileMode.UserWrite))
        {
            File.SetUnixFileMode(target, mode | UnixFileMode.UserWrite);
        }
    }

    private void RemoveCopy(string kept, string target)
    {
        try
        {
            disk.DeleteFile(target);
            if (disk.FileExists(kept))
            {
                disk.MoveFile(kept, target);
            }
        }
        catch (Exception e) when (DiskErrors.IsAccessOrPathError(e) && !DiskErrors.IsDiskError(e))
        {
            // There is no copy: a folder of the inputs has its name.
        }
    }
}
