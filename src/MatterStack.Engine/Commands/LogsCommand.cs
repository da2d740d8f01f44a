using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Commands.Logs;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Logs;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands;

/// <summary>Shows the end of what an attempt writes, and what it adds. It takes no lock and changes nothing.</summary>
internal static class LogsCommand
{
    private const int DefaultLines = 50;
    private const int BytesPerLine = 1000;
    private const int MinBytes = 1 << 16;
    private const int MaxBytes = 8 << 20;
    private const int MaxNamed = 20;
    private static readonly Backoff Reconnections = new(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(1));
    private static readonly TimeSpan StorePause = TimeSpan.FromSeconds(2);

    private static readonly string[] LogFiles = [AttemptLayout.StdoutFile, AttemptLayout.StderrFile];

    private static readonly Dictionary<string, string> LogNames = new(StringComparer.Ordinal)
    {
        ["stdout"] = AttemptLayout.StdoutFile,
        ["stderr"] = AttemptLayout.StderrFile,
        ["monitor"] = AttemptLayout.MonitorLogFile,
    };

    public static CommandResult Execute(CommandContext context, CancellationToken cancel) =>
        context.WithRun(run =>
        {
            if (FindFile(context.Arguments.File) is { IsSuccess: false } illegal)
            {
                return context.ReportFailure(illegal.Problems);
            }

            TaskRow task;
            AttemptRow? attempt;
            using (var reader = new RunReader(run))
            {
                if (!LogSubject.FindAttempt(context, reader).TryGet(out var subject, out var problems))
                {
                    return context.ReportFailure(problems);
                }

                (task, attempt) = subject;
                context.OpenLogs(run, context.Wirings.LoadPersisted(run.Path).TryGet(out var wiring) ? wiring : null);
            }

            if (attempt is null)
            {
                context.Log.Info($"{task.TaskId} has no attempt yet{(task.Reason is null ? "" : ": " + task.Reason)}");
                return new CommandResult(true, []);
            }

            using var places = new LogPlaces(context, run, attempt);
            return ShowAttempt(context, run, task, attempt, places, cancel);
        });

    private static CommandResult ShowAttempt(
        CommandContext context,
        RunFolder run,
        TaskRow task,
        AttemptRow attempt,
        LogPlaces places,
        CancellationToken cancel
    )
    {
        var named = FindFile(context.Arguments.File).GetValueOrThrow();
        IReadOnlyList<string> files = named.Length == 0 ? LogFiles : [named];
        var other =
            attempt.CachedFrom is null ? places.FindOther(cancel)
            : named.Length == 0 ? places.FindOrigin()
            : null;
        context.Log.Info(
            $"{attempt.TaskId}@{attempt.AttemptIndex} {attempt.State.ToText()} on {attempt.OperatorKey}"
                + (attempt.CachedFrom is { } origin ? $", not executed: computed as {origin}" : "")
                + (attempt.EndedAt is not null && attempt.Reason is { } reason ? $": {reason}" : "")
        );
        // What has ended is here, as far as it was fetched.
        var isHere = other is null || (attempt.EndedAt is not null && attempt.CachedFrom is null);
        var look = attempt is { SubmittedAt: null, EndedAt: null }
            ? new FolderLook([.. files.Select(FileLook.CreateMissing)], null, [])
            : (isHere ? places.Here : other!).Read(files, GetBytes(context), cancel);
        if (isHere && other is not null && look.Files.Any(static file => file.Kind == FileLookKind.Missing))
        {
            look = other.Read(files, GetBytes(context), cancel);
            isHere = false;
        }

        cancel.ThrowIfCancellationRequested();
        if (look.Problem is { } problem)
        {
            return context.ReportFailure([
                Problem.Create(RunCodes.NoFileToShow, $"The files of {attempt.TaskId} cannot be read: {problem}"),
            ]);
        }

        var place = isHere ? places.Here : other!;
        var follows = context.Arguments.Follow && attempt.EndedAt is null && attempt.CachedFrom is null;
        if (named.Length > 0 && look.Files[0].Kind != FileLookKind.File && !(follows && look.Files[0].Kind == FileLookKind.Missing))
        {
            return context.ReportFailure([CreateNoFile(context.Arguments.File!, look)]);
        }

        var hasBegun = look.ExitCode is not null || look.Files.Any(static file => file.Kind != FileLookKind.Missing);
        if (!hasBegun && named.Length == 0)
        {
            context.Log.Info(
                attempt.EndedAt is null
                    ? $"it has not begun{(task.Reason is null ? "" : ": " + task.Reason)}"
                    : $"it has no logs{(look.Names.Count == 0 ? "" : "; its files: " + FormatNames(look.Names))}"
            );
        }

        var items = new List<ReportItem>();
        var followed = new List<FollowedFile>();
        string? shown = null;
        foreach (var file in look.Files)
        {
            var position = ShowFile(context, file, attempt, look.ExitCode, ref shown, follows);
            followed.Add(new FollowedFile(file.File, position));
            if (file.Kind == FileLookKind.File)
            {
                items.Add(CreateItem(attempt, file, place));
            }
        }

        if (follows)
        {
            FollowAttempt(context, run, attempt, place, followed, shown, cancel);
        }

        return new CommandResult(true, items);
    }

    // A name of a log, or a path in the work folder; empty: the logs.
    private static Result<string> FindFile(string? given)
    {
        if (given is null)
        {
            return "";
        }

        if (LogNames.TryGetValue(given, out var log))
        {
            return log;
        }

        var path = Path.IsPathRooted(given) || given.Split('/').Contains("..") ? null : RelativePath.Normalise(given);
        return path is null
            ? new Problem(
                RunCodes.InvalidArgument,
                $"'{given}' is no file in the attempt's work/",
                "Give a path relative to work/, without '..'; or stdout, stderr or monitor."
            )
            : AttemptLayout.WorkPrefix + path;
    }

    private static int GetBytes(CommandContext context) =>
        (int)Math.Clamp((long)(context.Arguments.Lines ?? DefaultLines) * BytesPerLine, MinBytes, MaxBytes);

    // Returns the number of bytes that were shown or left out. A line without an end is left to be followed.
    private static long ShowFile(CommandContext context, FileLook file, AttemptRow attempt, int? exitCode, ref string? shown, bool follows)
    {
        if (file.Kind != FileLookKind.File)
        {
            if (file.Refusal is { } why)
            {
                context.Log.Info($"--- {file.File} is not read: {why}");
            }

            return 0;
        }

        var runs = attempt.EndedAt is null && exitCode is null;
        context.Log.Info(
            $"--- {file.File}: {DiskSpace.FormatBytes(file.Size)}"
                + (file.Age is { } age ? $", last written {FormatAge(age)} ago" : "")
                // Nothing for long, or nothing at all: the person should not conclude that nothing happens.
                + (runs && (file.Size == 0 || file.Age > TimeSpan.FromMinutes(10)) ? "; the program may buffer its output" : "")
        );
        shown = file.File;
        var (text, position) = (file.Text, file.Size);
        if (follows && !text.EndsWith('\n') && !text.Contains('\ufffd', StringComparison.Ordinal))
        {
            var end = text.LastIndexOf('\n') + 1;
            position -= System.Text.Encoding.UTF8.GetByteCount(text.AsSpan(end));
            text = text[..end];
        }

        // Secrets are looked for in whole texts, since one may have several lines.
        foreach (var line in LogText.SplitLines(context.Secrets.Redact(text)).TakeLast(context.Arguments.Lines ?? DefaultLines))
        {
            context.Log.Info(LogText.CleanLine(line));
        }

        return position;
    }

    private static void FollowAttempt(
        CommandContext context,
        RunFolder run,
        AttemptRow attempt,
        IAttemptFolder place,
        IReadOnlyList<FollowedFile> files,
        string? shown,
        CancellationToken cancel
    )
    {
        var watch = new AttemptWatch(run, attempt.AttemptId, context.Host.Clock, StorePause);
        var follower = new LogFollower(context.Log, shown, watch.IsLive);
        var pause = TimeSpan.Zero;
        FollowEnd end;
        while (watch.IsLive() && !watch.IsSubmitted && !cancel.IsCancellationRequested)
        {
            cancel.WaitHandle.WaitOne(StorePause);
        }

        while (true)
        {
            var before = files.Sum(static file => file.Position);
            end = place.Follow(files, follower, cancel);
            if (end.Problem is null || cancel.IsCancellationRequested || !watch.IsLive())
            {
                break;
            }

            if (pause == TimeSpan.Zero || files.Sum(static file => file.Position) != before)
            {
                context.Log.Info($"--- {place.Name} cannot be read on: {end.Problem}; it is tried again");
                pause = TimeSpan.Zero;
            }

            pause = Reconnections.GetNext(pause);
            cancel.WaitHandle.WaitOne(pause);
        }

        follower.Flush();
        ReportEnd(context, run, attempt, end);
    }

    private static void ReportEnd(CommandContext context, RunFolder run, AttemptRow attempt, FollowEnd end)
    {
        using var reader = new RunReader(run);
        if (reader.FindAttempt(attempt.AttemptId) is { EndedAt: not null } ended)
        {
            context.Log.Info(
                $"--- {ended.TaskId}@{ended.AttemptIndex} has ended: {ended.State.ToText()}"
                    + (ended.Reason is null ? "" : ": " + ended.Reason)
            );
            if (reader.FindTask(ended.TaskId)?.CurrentAttemptId is { } next && next != ended.AttemptId)
            {
                context.Log.Info($"another attempt follows: -t:Logs -p:TaskId={ended.TaskId} -p:Follow=true");
            }
        }
        else if (end.ExitCode is { } code)
        {
            context.Log.Info(
                $"--- the command of {attempt.TaskId}@{attempt.AttemptIndex} has ended with exit code {code}; the process that drives the "
                    + "run records it, or -t:Step"
            );
        }
    }

    private static Problem CreateNoFile(string given, FolderLook look)
    {
        if (look.Files[0].Refusal is { } why)
        {
            return Problem.Create(RunCodes.NoFileToShow, $"'{given}' is not read: {why}");
        }

        var near = SpellingSuggestion.FindNearest(given, look.Names);
        return new Problem(
            RunCodes.NoFileToShow,
            $"The attempt has no file '{given}' in its work/",
            (near is null ? "" : $"Did you mean '{near}'? ")
                + (look.Names.Count == 0 ? "Its work/ has no file." : $"Its work/ has {FormatNames(look.Names)}.")
        );
    }

    private static string FormatNames(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(MaxNamed))
        + (
            names.Count <= MaxNamed ? ""
            : names.Count < FolderLook.MaxNames ? $" and {names.Count - MaxNamed} more"
            : " and many more"
        );

    private static ReportItem CreateItem(AttemptRow attempt, FileLook file, IAttemptFolder place) =>
        ReportItem.Create(
            $"{attempt.AttemptId}/{file.File}",
            ("item", "log"),
            ("task_id", attempt.TaskId),
            ("attempt_id", attempt.AttemptId),
            ("attempt_index", attempt.AttemptIndex),
            ("file", file.File),
            ("path", $"{place.Name}/{file.File}"),
            ("size_bytes", file.Size),
            ("age_seconds", file.Age is { } age ? (long)age.TotalSeconds : null)
        );

    private static string FormatAge(TimeSpan age) =>
        age.TotalSeconds < 90 ? FormattableString.Invariant($"{age.TotalSeconds:0} s")
        : age.TotalMinutes < 90 ? FormattableString.Invariant($"{age.TotalMinutes:0} min")
        : age.TotalHours < 48 ? FormattableString.Invariant($"{age.TotalHours:0} h")
        : FormattableString.Invariant($"{age.TotalDays:0} days");
}
