using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Runs.Publishing;

/// <summary>Checks all targets of a run before anything is written, and decides what is copied.</summary>
/// <param name="run">The run.</param>
/// <param name="paths">The project.</param>
/// <param name="disk">Reads outputs and targets.</param>
/// <param name="replace">Whether files of other runs and of people may be replaced.</param>
internal sealed class PublishPlanner(RunFolder run, ProjectPaths paths, IDisk disk, bool replace)
{
    private const int MaxIndexBytes = 1 << 26;

    private readonly SortedDictionary<string, PublishedIndex> _indexes = new(StringComparer.Ordinal);
    private readonly List<Problem> _problems = [];

    /// <summary>The indexes of all targets by their paths, as they are on the disk.</summary>
    public IReadOnlyDictionary<string, PublishedIndex> Indexes => _indexes;

    /// <summary>Problems of the targets; empty if all can be published.</summary>
    public IReadOnlyList<Problem> Problems => _problems;

    /// <summary>Absolute path of an output.</summary>
    public string GetSource(PublishedRow row) => Path.Combine(run.Path, row.Folder!, AttemptLayout.WorkFolder, row.Output);

    /// <summary>Plans the copies. The plan counts only if there are no problems.</summary>
    public IReadOnlyList<PlannedCopy> PlanCopies(IReadOnlyList<PublishedRow> rows)
    {
        var copies = new List<PlannedCopy>(rows.Count);
        foreach (var row in rows)
        {
            if (PlanCopy(row) is { } copy)
            {
                copies.Add(copy);
            }
        }

        return copies;
    }

    private PlannedCopy? PlanCopy(PublishedRow row)
    {
        var target = paths.GetPath(row.Path);
        if (paths.FindFault(row.Path) is { } fault)
        {
            _problems.Add(CreateFailure(target, $"'{row.Path}' of task {row.Task} {fault}", "Publish to another path, with a new run."));
            return null;
        }

        if (row.Content is not { } content || !disk.FileExists(GetSource(row)))
        {
            _problems.Add(
                CreateFailure(
                    target,
                    $"Task {row.Task} has no output '{row.Output}' for '{row.Path}'",
                    $"-t:Rerun -p:TaskId={row.Task} computes it again."
                )
            );
            return null;
        }

        return FindIndex(row.Path) is { } index ? PlanCopy(row, target, content, index) : null;
    }

    private PlannedCopy? PlanCopy(PublishedRow row, string target, Sha256 content, PublishedIndex index)
    {
        var isLink = new FileInfo(target).LinkTarget is not null;
        if (!isLink && !disk.FileExists(target))
        {
            return new PlannedCopy(row, target, IsThere: false, null);
        }

        var there = isLink ? null : ReadHash(target);
        if (there == content)
        {
            return new PlannedCopy(row, target, IsThere: true, null);
        }

        var entry = index.Find(row.Path);
        var isOwn = there is { } known && (known == row.PublishedContent || (entry?.Run == run.Id.Value && entry.Sha256 == known.Hex));
        if (isOwn)
        {
            return new PlannedCopy(row, target, IsThere: false, null);
        }

        var owner =
            isLink ? "a link is there"
            : entry is null ? "a file is there that no run has published"
            : entry.Sha256 != there?.Hex ? $"the file there was changed after run {entry.Run} had published it"
            : $"run {entry.Run} has published another file there";
        if (!replace)
        {
            _problems.Add(
                new Problem(
                    RunCodes.PublishRefused,
                    $"'{row.Output}' of task {row.Task} is not published to '{row.Path}': {owner}",
                    $"Look at the file; -t:Loop -p:RunId={run.Id} -p:Replace=true replaces it. Or publish to another path, with a new run.",
                    new SourcePosition(target)
                )
            );
        }

        return new PlannedCopy(row, target, IsThere: false, owner);
    }

    // Null if the index cannot be used; the problem is reported once.
    private PublishedIndex? FindIndex(string target)
    {
        var path = PublishCheck.GetIndexPath(target);
        if (_indexes.TryGetValue(path, out var known))
        {
            return known;
        }

        var file = paths.GetPath(path);
        if (Directory.Exists(file))
        {
            _problems.Add(
                CreateFailure(file, $"'{path}' is a folder, and the list of published files would be there", "Rename the folder.")
            );
            return null;
        }

        var isLink = new FileInfo(file).LinkTarget is not null;
        var index =
            isLink ? null
            : !disk.FileExists(file) ? new PublishedIndex()
            : RegularFile.ReadText(file, MaxIndexBytes) is { } text ? PublishedIndex.TryParse(text)
            : null;
        if (index is null && !replace)
        {
            _problems.Add(
                new Problem(
                    RunCodes.PublishRefused,
                    $"'{path}' is not the list of published files, and that list would be there",
                    $"Rename it, or publish to another folder; -t:Loop -p:RunId={run.Id} -p:Replace=true replaces it.",
                    new SourcePosition(file)
                )
            );
        }

        return _indexes[path] = index ?? new PublishedIndex();
    }

    private Sha256? ReadHash(string file)
    {
        try
        {
            using var stream = disk.OpenRead(file);
            return Sha256.ComputeHash(stream);
        }
        catch (IOException)
        {
            // A device or a pipe, or a file that this user cannot read: it is not one that was published.
            return null;
        }
    }

    private static Problem CreateFailure(string file, string message, string remedy) =>
        new(RunCodes.PublishFailed, message, remedy, new SourcePosition(file));
}
