using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Runs.Publishing;

/// <summary>Copies outputs of a completed run into the project's folder.</summary>
/// <remarks>
/// All targets are checked first: either all files are published, or none. Each file is copied beside its target, flushed, and renamed, so
/// that a reader sees the old or the new file. The store records the content before the rename: after a crash the next command knows which
/// files are the run's own, and continues.
/// </remarks>
/// <param name="folders">The project and the folders that its commands write to.</param>
/// <param name="operatorsFile">Wiring of the project.</param>
/// <param name="disk">Writes the files.</param>
/// <param name="clock">Time.</param>
internal sealed class RunPublisher(CampaignFolders folders, string operatorsFile, IDisk disk, TimeProvider clock)
{
    private const int MaxNamed = 5;
    private const int MaxProblems = 20;
    private const string TemporaryPrefix = ".matterstack-";
    private const string TemporarySuffix = ".new";

    // Flushing a folder as a whole is cheaper above this number of files.
    private const int MaxSingleFlushes = 32;

    /// <summary>Publishes what a completed run has not published yet.</summary>
    /// <param name="store">Store of the run; the caller holds the run's lock.</param>
    /// <param name="replace">Whether files of other runs and of people may be replaced. Then files that were published before and have been
    /// deleted or changed are published again.</param>
    public Result<PublishResult> Publish(RunStore store, bool replace)
    {
        if (!replace && !store.HasPendingPublications())
        {
            return new PublishResult(null, []);
        }

        var rows = store.ReadPublications(pendingOnly: !replace);
        var left = rows.Where(static row => row.State != TaskState.Completed).Select(static row => (row.Path, row.Task.Value)).ToList();
        var due = rows.Where(static row => row.State == TaskState.Completed).ToList();
        if (due.Count == 0)
        {
            return new PublishResult(null, left);
        }

        if (!PublishLock.Acquire(folders.RunsDirectory, clock).TryGet(out var held, out var problems))
        {
            return Result<PublishResult>.Fail(problems);
        }

        using (held)
        {
            try
            {
                return Publish(store, due, replace).MapValue(done => new PublishResult(done, left));
            }
            catch (Exception e) when (DiskErrors.IsAccessError(e))
            {
                return new Problem(
                    RunCodes.PublishFailed,
                    $"Run {store.Id} is completed, and its files are not published: {e.Message}",
                    RunCodes.PublishFailed.Remedy,
                    new SourcePosition(folders.Folder)
                );
            }
        }
    }

    private Result<string?> Publish(RunStore store, IReadOnlyList<PublishedRow> due, bool replace)
    {
        var paths = new ProjectPaths(folders, operatorsFile, store.ReadInputPaths());
        var planner = new PublishPlanner(store.Run, paths, disk, replace);
        var copies = planner.PlanCopies(due);
        if (planner.Problems.Count > 0)
        {
            store.RecordNotPublished(DescribeProblems(planner.Problems), clock.GetUtcNow());
            return Result<string?>.Fail([.. planner.Problems.Take(MaxProblems), .. DescribeRest(planner.Problems)]);
        }

        var missing = copies.Where(static copy => !copy.IsThere).ToList();
        if (missing.Count > 0)
        {
            // Rows that were published before keep their time if a crash follows: their content is the same.
            store.RecordPublishing([.. missing.Select(static copy => copy.Row)]);
            if (CopyFiles(missing, paths, planner) is { } changed)
            {
                store.RecordNotPublished(changed.Message, clock.GetUtcNow());
                return changed;
            }
        }

        WriteIndexes(store, copies, planner.Indexes, paths);
        if (missing.Count == 0 && due.All(static row => row.At is not null))
        {
            return Result<string?>.Ok(null, []);
        }

        var text = DescribeCopies(copies);
        store.RecordPublished(due, text, clock.GetUtcNow());
        return text;
    }

    // Returns a problem if an output is no longer the one that was recorded.
    private Problem? CopyFiles(List<PlannedCopy> copies, ProjectPaths paths, PublishPlanner planner)
    {
        var temporary = new List<(string From, PlannedCopy Copy)>(copies.Count);
        foreach (var folder in copies.Select(static copy => Path.GetDirectoryName(copy.Target)!).Distinct())
        {
            disk.CreateDirectory(folder);
            // What a killed command has left.
            foreach (var left in Directory.EnumerateFiles(folder, $"{TemporaryPrefix}*{TemporarySuffix}").ToList())
            {
                disk.DeleteFile(left);
            }
        }

        try
        {
            foreach (var copy in copies)
            {
                var folder = Path.GetDirectoryName(copy.Target)!;
                var beside = Path.Combine(folder, FormattableString.Invariant($"{TemporaryPrefix}{temporary.Count}{TemporarySuffix}"));
                temporary.Add((beside, copy));
                if (disk.CopyHashed(planner.GetSource(copy.Row), beside).Hash != copy.Row.Content)
                {
                    DeleteFiles(temporary);
                    return new Problem(
                        RunCodes.PublishFailed,
                        $"Output '{copy.Row.Output}' of task {copy.Row.Task} has changed since the task completed",
                        $"-t:CheckRun shows what has changed; -t:Rerun -p:TaskId={copy.Row.Task} computes it again.",
                        new SourcePosition(planner.GetSource(copy.Row))
                    );
                }
            }

            Flush(temporary.Select(static one => one.From));
            foreach (var (from, copy) in temporary)
            {
                // A link may have appeared in the meantime.
                if (paths.FindFault(copy.Row.Path) is { } fault)
                {
                    throw new IOException($"'{copy.Row.Path}' {fault}");
                }

                disk.MoveFile(from, copy.Target);
            }
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            DeleteFiles(temporary);
            throw;
        }

        foreach (var folder in copies.Select(static copy => Path.GetDirectoryName(copy.Target)!).Distinct())
        {
            disk.Flush(folder);
        }

        return null;
    }

    private void Flush(IEnumerable<string> files)
    {
        foreach (var folder in files.GroupBy(static file => Path.GetDirectoryName(file)!))
        {
            if (folder.Count() > MaxSingleFlushes)
            {
                disk.FlushFolder(folder.Key);
                continue;
            }

            foreach (var file in folder)
            {
                disk.Flush(file);
            }
        }
    }

    private void WriteIndexes(
        RunStore store,
        IReadOnlyList<PlannedCopy> copies,
        IReadOnlyDictionary<string, PublishedIndex> indexes,
        ProjectPaths paths
    )
    {
        foreach (var row in copies.Select(static copy => copy.Row))
        {
            indexes[PublishCheck.GetIndexPath(row.Path)]
                .Set(new IndexEntry(PublishedIndex.GetName(row.Path), row.Task.Value, store.Id.Value, row.Content!.Value.Hex));
        }

        foreach (var (path, index) in indexes)
        {
            var file = paths.GetPath(path);
            var folder = Path.GetDirectoryName(file)!;
            index.RemoveMissing(entry => RelativePath.Normalise(entry) is { } name && File.Exists(Path.Combine(folder, name)));
            var text = index.Format();
            if (
                !disk.FileExists(file)
                || new FileInfo(file).LinkTarget is not null
                || !disk.ReadAllBytes(file).AsSpan().SequenceEqual(text)
            )
            {
                // What a killed command has left.
                foreach (var left in Directory.EnumerateFiles(folder, PublishCheck.IndexFile + ".tmp-*").ToList())
                {
                    disk.DeleteFile(left);
                }

                disk.WriteAtomically(file, text);
                disk.Flush(folder);
            }
        }
    }

    private void DeleteFiles(IEnumerable<(string From, PlannedCopy Copy)> temporary)
    {
        foreach (var (file, _) in temporary)
        {
            try
            {
                disk.DeleteFile(file);
            }
            catch (Exception e) when (DiskErrors.IsAccessError(e))
            {
                // The next command deletes it.
            }
        }
    }

    private static string DescribeCopies(IReadOnlyList<PlannedCopy> copies)
    {
        var replaced = copies.Where(static copy => copy.Replaced is not null).ToList();
        return $"{CountText.FormatCount(copies.Count, "file")}: {ListNames([.. copies.Select(static copy => copy.Row.Path)])}"
            + (
                replaced.Count == 0
                    ? ""
                    : $"; {CountText.FormatCount(replaced.Count, "file")} replaced on request: "
                        + ListNames([.. replaced.Select(static copy => $"{copy.Row.Path} ({copy.Replaced})")])
            );
    }

    private static string DescribeProblems(IReadOnlyList<Problem> problems) =>
        string.Join("; ", problems.Take(MaxNamed).Select(static problem => problem.Message))
        + (problems.Count > MaxNamed ? FormattableString.Invariant($"; and {problems.Count - MaxNamed} more") : "");

    private IEnumerable<Problem> DescribeRest(IReadOnlyList<Problem> problems) =>
        problems.Count <= MaxProblems
            ? []
            :
            [
                Problem.Create(
                    RunCodes.PublishRefused,
                    $"{CountText.FormatCount(problems.Count - MaxProblems, "more target has", "more targets have")} such problems",
                    new SourcePosition(folders.Folder)
                ),
            ];

    private static string ListNames(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(MaxNamed))
        + (names.Count > MaxNamed ? FormattableString.Invariant($" and {names.Count - MaxNamed} more") : "");
}
