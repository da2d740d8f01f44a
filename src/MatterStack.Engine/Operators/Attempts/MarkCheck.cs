using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Operators.Attempts;

/// <summary>Looks for the lines of <c>FailWhen</c> and <c>SucceedWhen</c> in the files of an ended attempt.</summary>
/// <param name="task">The task.</param>
/// <param name="runFolder">Absolute folder of the run.</param>
/// <param name="relativeFolder">Folder of the attempt, relative to the run's.</param>
/// <param name="workFolder">Absolute folder that its command ran in.</param>
/// <param name="carried">Files of earlier attempts that it began with; null: none. One that it did not write has no line of it.</param>
internal sealed class MarkCheck(CampaignTask task, string runFolder, string relativeFolder, string workFolder, CarriedFiles? carried = null)
{
    private static readonly Dictionary<string, string> Logs = new(StringComparer.Ordinal)
    {
        ["stdout"] = AttemptLayout.StdoutFile,
        ["stderr"] = AttemptLayout.StderrFile,
    };

    private readonly InsideFolderCheck _inside = new(workFolder);
    private readonly Dictionary<string, MarkedFile> _files = new(StringComparer.Ordinal);
    private readonly List<string> _warnings = [];

    /// <summary>Lists the files in <c>work/</c> that marks of a task name.</summary>
    public static IEnumerable<string> ListFiles(CampaignTask task) =>
        task
            .FailWhen.Select(static mark => mark.File)
            .Concat(task.SucceedWhen.Select(static mark => mark.File))
            .Where(static file => !Logs.ContainsKey(file));

    /// <summary>Adds the verdict of the marks to the end of an attempt whose command ended by itself.</summary>
    /// <exception cref="IOException">The disk has an error, see <see cref="DiskErrors"/>.</exception>
    public AttemptEnd AddVerdict(AttemptEnd ending) =>
        ending is not { Cause: null, EndedBy: null, IsCancelled: false } || task is { FailWhen.Count: 0, SucceedWhen.Count: 0 }
            ? ending
            : FindVerdict(ending);

    private AttemptEnd FindVerdict(AttemptEnd ending)
    {
        var exit = ending.ExitCode is null or 0 ? "" : FormattableString.Invariant($" (exit code {ending.ExitCode})");
        foreach (var mark in task.FailWhen)
        {
            if (FindLine(mark.File, mark.Pattern) is { } line)
            {
                return ending with
                {
                    Verdict = mark.Cause,
                    VerdictReason = FormattableString.Invariant(
                        $"{mark.Cause}: line {line} of {mark.File} matches '{mark.Pattern}' of FailWhen{exit}"
                    ),
                    Warnings = [.. ending.Warnings, .. _warnings],
                };
            }
        }

        // A command that failed by itself has a cause already.
        var missing = ending.ExitCode is null or 0
            ? task.SucceedWhen.FirstOrDefault(mark => FindLine(mark.File, mark.Pattern) is null)
            : null;
        var name = EndCause.NoSuccessMark.ToText();
        return missing is null
            ? ending with
            {
                Warnings = [.. ending.Warnings, .. _warnings],
            }
            : ending with
            {
                Verdict = name,
                VerdictReason = $"{name}: no line of {missing.File} matches '{missing.Pattern}' of SucceedWhen",
                Warnings = [.. ending.Warnings, .. _warnings],
            };
    }

    /// <summary>Number of the first line that matches, from 1; null if none does.</summary>
    private long? FindLine(string file, string pattern)
    {
        if (!_files.TryGetValue(file, out var marked))
        {
            _files[file] = marked = SearchFile(file);
        }

        return marked.FindLine(pattern);
    }

    // All patterns of a file in one pass: logs can be large.
    private MarkedFile SearchFile(string file)
    {
        var patterns = task
            .FailWhen.Where(mark => mark.File == file)
            .Select(static mark => mark.Pattern)
            .Concat(task.SucceedWhen.Where(mark => mark.File == file).Select(static mark => mark.Pattern));
        var marked = new MarkedFile(patterns);
        try
        {
            using var stream = Logs.TryGetValue(file, out var log)
                ? TaskFile.OpenRead(runFolder, $"{relativeFolder}/{log}")
                : OpenWorkFile(file);
            marked.Search(stream);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // A file that is not there has no line.
        }
        catch (RefusedFileException e)
        {
            _warnings.Add($"{file} of FailWhen or SucceedWhen is not read: {e.Message}");
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e) && !DiskErrors.IsDiskError(e))
        {
            _warnings.Add($"{file} of FailWhen or SucceedWhen cannot be read: {e.Message}");
        }

        return marked;
    }

    private FileStream OpenWorkFile(string file) =>
        !_inside.StaysInside(file, out _) ? throw new RefusedFileException("it is a link that leads out of the work folder")
        : File.Exists(Path.Combine(workFolder, file)) && carried?.HasChanged(file) != false
            ? RegularFile.OpenRead(Path.Combine(workFolder, file))
        : throw new FileNotFoundException($"{file} does not exist");
}
