using MatterStack.Engine.Files;
using MatterStack.Engine.Operators.Exchange;

namespace MatterStack.Engine.Operators.ManualHpc;

/// <summary>Asks a person to copy <c>job_template.sh</c> and <c>work/</c> to a cluster and the results back into <c>output/</c>. The answer
/// is <c>status.json</c>, or the complete set of outputs.</summary>
internal sealed class ManualHpcExchange(string? name) : IExchange
{
    private const string StatusFile = "status.json";
    private const string OutputFolder = "output";

    // Files arrive one after another. They are complete when none has changed for this time.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    public string RequestFile => "instructions.md";

    public void Ask(AttemptOrder order, DateTimeOffset? deadline, AttemptFiles files)
    {
        Directory.CreateDirectory(Path.Combine(order.Folder, OutputFolder));
        files.Write(order, JobTemplate.FileName, JobTemplate.Write(order));
        var text = RequestText.Head(order, "Please run on the cluster", deadline)
            .Append("1. Take `job_template.sh` and `work/` to the cluster; add the scheduler's directives at its top, and submit it.\n")
            .Append("2. Bring the results back into `output/`, each under its path relative to `work/`")
            .Append(order.Task.Outputs.Count > 0 ? ".\n" : "; any file there ends the task.\n")
            .Append("3. If it failed, or to mark the results as complete: write a file `status.json` beside this one, `{\"status\": \"COMPLETED\"}` or `{\"status\": \"FAILED\", \"error\": \"why\"}`.\n");
        files.Write(order, RequestFile, text.ToString());
    }

    public string WaitsFor(AttemptOrder order) => $"{name ?? "a person"} to run it on a cluster{RequestText.Question(order)} ({order.RelativePath}/{RequestFile})";

    public Answer Look(AttemptOrder order)
    {
        var answer = AnswerFile.Read(order.Folder, StatusFile);
        if (answer is Answer.NotValid or Answer.Given { Done: false })
        {
            return answer;
        }

        var output = Path.Combine(order.Folder, OutputFolder);
        if (!Directory.Exists(output) || !RelativePath.StaysInside(order.Folder, output))
        {
            return answer is Answer.Given ? answer : new Answer.None();
        }

        var files = Globs.Find(output, "**/*").Concat(Globs.Find(output, "*")).Distinct(StringComparer.Ordinal).ToList();
        var last = files.Select(f => FileTime.Written(Path.Combine(output, f))).DefaultIfEmpty(DateTimeOffset.MinValue).Max();
        if (answer is Answer.None && (files.Count == 0 || !files.All(f => IsQuiet(Path.Combine(output, f))) || order.Task.Outputs.Any(o => Globs.Find(output, o).Count == 0)))
        {
            return answer;
        }

        return Bring(order, output, files) is { } problem
            ? new Answer.NotValid(problem, last)
            : answer is Answer.Given given ? given with { Files = [.. given.Files.Concat(files).Distinct(StringComparer.Ordinal)] }
            : new Answer.Given { Done = true, Files = files, Line = $"{files.Count} files in {OutputFolder}/", WrittenAt = last };
    }

    // A time in the future was set by hand or by another clock. The inode's change time shows when the file arrived, unless it is in the
    // future, too.
    private static bool IsQuiet(string file)
    {
        var now = DateTimeOffset.UtcNow;
        var written = FileTime.Written(file);
        return now - (written <= now ? written : FileStamp.Of(file)?.InodeAt ?? written) is var age && (age >= Quiet || age < -Quiet);
    }

    private static string? Bring(AttemptOrder order, string output, List<string> files)
    {
        try
        {
            foreach (var file in files)
            {
                var target = Path.Combine(order.WorkFolder, file);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                if (!RelativePath.StaysInside(order.RunFolder, target))
                {
                    return $"'{file}' would leave the run's folder: {target} leads out of it";
                }

                using var from = RegularFile.OpenRead(Path.Combine(output, file));
                using var to = new FileStream(target, FileMode.Create, FileAccess.Write);
                from.CopyTo(to);
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"files in {OutputFolder}/ cannot be copied: {e.Message}";
        }
    }
}
