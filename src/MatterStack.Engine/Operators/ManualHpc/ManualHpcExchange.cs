using MatterStack.Engine.Files;
using MatterStack.Engine.Operators.Exchange;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Codes;

namespace MatterStack.Engine.Operators.ManualHpc;

/// <summary>Asks a person to copy <c>job_template.sh</c> and <c>work/</c> to a cluster and the results back into <c>output/</c>. The answer
/// is <c>status.json</c>, or the complete set of outputs.</summary>
/// <param name="name">The wiring's name for the person or cluster; null if it has none.</param>
/// <param name="codes">Codes and launchers of the operator.</param>
/// <param name="disk">The disk with the attempts' folders.</param>
/// <param name="clock">The clock.</param>
internal sealed class ManualHpcExchange(string? name, SiteCodes codes, IDisk disk, TimeProvider clock) : IExchange
{
    private const string StatusFile = "status.json";
    private const string OutputFolder = "output";

    // Files arrive one after another. They are complete when none has changed for this time.
    private static readonly TimeSpan QuietTime = TimeSpan.FromSeconds(5);

    public string RequestFileName => "instructions.md";

    public void WriteRequest(AttemptRequest request, DateTimeOffset? deadline, AttemptFiles files)
    {
        disk.CreateDirectory(Path.Combine(request.Folder, OutputFolder));
        files.WriteFile(request, JobTemplate.FileName, JobTemplate.CreateTemplate(request, codes));
        var text = RequestText
            .CreateHeader(request, "Please run on the cluster", deadline)
            .Append("1. Take `job_template.sh` and `work/` to the cluster; add the scheduler's directives at its top, and submit it.\n")
            .Append("2. Bring the results back into `output/`, each under its path relative to `work/`")
            .Append(request.Task.Outputs.Count > 0 ? ".\n" : "; any file there ends the task.\n")
            .Append(
                "3. If it failed, or to mark the results as complete: write a file `status.json` beside this one, `{\"status\": "
                    + "\"COMPLETED\"}` or `{\"status\": \"FAILED\", \"error\": \"why\"}`.\n"
            );
        files.WriteFile(request, RequestFileName, text.ToString());
    }

    public string DescribeWait(AttemptRequest request) =>
        $"{name ?? "a person"} to run it on a cluster{RequestText.GetQuestion(request)} ({request.RelativeFolder}/{RequestFileName})";

    public ExchangeAnswer ReadAnswer(AttemptRequest request)
    {
        var answer = AnswerFile.ReadAnswer(request.Folder, StatusFile);
        if (answer is ExchangeAnswer.Invalid or ExchangeAnswer.Valid { IsCompleted: false })
        {
            return answer;
        }

        var output = Path.Combine(request.Folder, OutputFolder);
        if (!Directory.Exists(output) || !RelativePath.StaysInside(request.Folder, output))
        {
            return answer is ExchangeAnswer.Valid ? answer : new ExchangeAnswer.None();
        }

        var files = Globs.FindFiles(output, "**/*").Concat(Globs.FindFiles(output, "*")).Distinct(StringComparer.Ordinal).ToList();
        var last = files.Select(f => FileTime.ReadWriteTime(Path.Combine(output, f))).DefaultIfEmpty(DateTimeOffset.MinValue).Max();
        if (
            answer is ExchangeAnswer.None
            && (
                files.Count == 0
                || !files.All(f => IsQuiet(Path.Combine(output, f)))
                || request.Task.Outputs.Any(o => Globs.FindFiles(output, o).Count == 0)
            )
        )
        {
            return answer;
        }

        return CopyOutputs(request, output, files) is { } problem ? new ExchangeAnswer.Invalid(problem, last)
            : answer is ExchangeAnswer.Valid given ? given with { Files = [.. given.Files.Concat(files).Distinct(StringComparer.Ordinal)] }
            : new ExchangeAnswer.Valid
            {
                IsCompleted = true,
                Files = files,
                Summary = $"{CountText.FormatCount(files.Count, "file")} in {OutputFolder}/",
                WrittenAt = last,
            };
    }

    // A time in the future was set by hand or by another clock. The inode's change time shows when the file arrived, unless it is in the
    // future, too.
    private bool IsQuiet(string file)
    {
        var now = clock.GetUtcNow();
        var written = FileTime.ReadWriteTime(file);
        return now - (written <= now ? written : FileStamp.FindStamp(file)?.InodeChangedAt ?? written) is var age
            && (age >= QuietTime || age < -QuietTime);
    }

    private string? CopyOutputs(AttemptRequest request, string output, List<string> files)
    {
        try
        {
            foreach (var file in files)
            {
                var target = Path.Combine(request.WorkFolder, file);
                disk.CreateDirectory(Path.GetDirectoryName(target)!);
                if (!RelativePath.StaysInside(request.RunFolder, target))
                {
                    return $"'{file}' would leave the run's folder: {target} leads out of it";
                }

                using var from = RegularFile.OpenRead(Path.Combine(output, file));
                using var to = new FileStream(target, FileMode.Create, FileAccess.Write);
                from.CopyTo(to);
            }

            return null;
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return $"files in {OutputFolder}/ cannot be copied: {e.Message}";
        }
    }
}
