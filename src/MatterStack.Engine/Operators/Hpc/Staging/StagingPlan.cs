using System.Globalization;
using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Hpc.Staging;

/// <summary>
/// Files that are sent for a batch of attempts, and the commands that build the attempts' folders from them, with as few bytes and
/// processes as possible.
/// </summary>
/// <remarks>
/// A small file is sent directly to its target. A large file, or one with enough targets to be worth a process, goes into <c>inputs/</c>
/// under its content hash and is copied to its targets;
/// a file in <c>inputs/</c> is not sent again.
/// </remarks>
internal sealed class StagingPlan
{
    /// <summary>Prefix, in an archive, of paths that are moved into the run's folder when everything has arrived.</summary>
    public const string NewPrefix = "new/";

    /// <summary>Name, in the last archive, of the file with the copy commands.</summary>
    public const string CommandsFile = "copy.sh";

    /// <summary>Bytes that <c>inputs/</c> must save to be worth a process.</summary>
    public const long MinSavedBytes = 64 << 10;

    /// <summary>Size in bytes from which a file is kept in <c>inputs/</c>, because a repeated attempt needs it again.</summary>
    public const long LargeFileBytes = 1 << 20;

    /// <summary>Size in bytes from which a file is sent on its own, so that the cluster stores it at most twice.</summary>
    public const long SeparateFileBytes = 8 << 20;

    private const long MaxArchiveBytes = 128 << 20;
    private const int MaxTargetsPerCommand = 200;

    private StagingPlan(
        IReadOnlyList<StoredInput> alone,
        IReadOnlyList<UploadArchive> archives,
        IReadOnlyList<UploadFile> files,
        IReadOnlyList<StoredInput> kept,
        IReadOnlyList<UploadFile> direct
    ) => (Files, SeparateFiles, Archives, KeptFiles, DirectFiles) = (files, alone, archives, kept, direct);

    /// <summary>All files of the plan.</summary>
    public IReadOnlyList<UploadFile> Files { get; }

    /// <summary>Files that are sent on their own.</summary>
    public IReadOnlyList<StoredInput> SeparateFiles { get; }

    /// <summary>Archives with all other files, at least one; the last one contains the copy commands.</summary>
    public IReadOnlyList<UploadArchive> Archives { get; }

    /// <summary>Files in <c>inputs/</c> after the plan is executed.</summary>
    public IReadOnlyList<StoredInput> KeptFiles { get; }

    /// <summary>Files that are sent directly to their target.</summary>
    public IReadOnlyList<UploadFile> DirectFiles { get; }

    /// <summary>Size of the attempts' folders in bytes.</summary>
    public long TotalBytes { get; private init; }

    /// <summary>Number of files in the attempts' folders.</summary>
    public int FileCount { get; private init; }

    /// <param name="folders">The attempts' folders, relative to the run's folder.</param>
    /// <param name="placed">Files of the attempts.</param>
    /// <param name="kept">Names in <c>inputs/</c> on the cluster.</param>
    /// <param name="sentBefore">Hashes of files that were sent directly before: a file that is needed again is probably needed
    /// often.</param>
    public static StagingPlan Create(
        IReadOnlyList<string> folders,
        IReadOnlyList<StagedFile> placed,
        IReadOnlySet<string> kept,
        IReadOnlySet<Sha256> sentBefore
    )
    {
        var (members, alone, keeps, direct, commands) = (
            new List<ArchiveMember>(),
            new List<StoredInput>(),
            new List<StoredInput>(),
            new List<UploadFile>(),
            new StringBuilder()
        );
        members.AddRange(folders.Select(folder => new ArchiveMember.FolderMember(NewPrefix + folder + "/" + AttemptLayout.WorkFolder)));
        // A later file replaces an earlier one with the same target, as if they were copied in order.
        var files = placed.Reverse().DistinctBy(p => p.Target).Reverse().ToList();
        var copied = new HashSet<string>(StringComparer.Ordinal);
        foreach (var same in files.GroupBy(p => (p.File.Content, p.IsExecutable)))
        {
            var (file, uses) = (same.First().File, same.Count());
            var keep = new StoredInput(file, same.Key.IsExecutable);
            var isThere = kept.Contains(keep.Name);
            var saved = (isThere ? uses : uses - 1 + (sentBefore.Contains(file.Content) ? 1 : 0)) * file.Length;
            if (file.Length < LargeFileBytes && saved < MinSavedBytes)
            {
                members.AddRange(same.Select(p => new ArchiveMember.FileMember(NewPrefix + p.Target, p.File, p.IsExecutable)));
                direct.Add(file);
                continue;
            }

            keeps.Add(keep);
            if (!isThere && file.Length >= SeparateFileBytes)
            {
                alone.Add(keep);
            }
            else if (!isThere)
            {
                members.Add(new ArchiveMember.FileMember(StoredInput.FolderPrefix + keep.Name, file, keep.IsExecutable));
            }

            AppendCopies(commands, keep, [.. same.Select(p => p.Target)]);
            copied.UnionWith(same.Select(p => NewPrefix + p.Target[..p.Target.LastIndexOf('/')]));
        }

        members.AddRange(copied.Order(StringComparer.Ordinal).Select(folder => new ArchiveMember.FolderMember(folder)));
        members.Add(new ArchiveMember.TextMember(CommandsFile, Encoding.UTF8.GetBytes(commands.ToString())));
        return new StagingPlan(alone, PackArchives(members), [.. keeps.Select(k => k.File), .. direct], keeps, direct)
        {
            TotalBytes = files.Sum(p => p.File.Length),
            FileCount = files.Count,
        };
    }

    // One process writes many targets. A large file gets one process per copy, which costs nothing in comparison and lets the file system
    // share blocks.
    private static void AppendCopies(StringBuilder commands, StoredInput keep, IReadOnlyList<string> targets)
    {
        var from = "../../" + StoredInput.FolderPrefix + keep.Name;
        if (targets.Count == 1 || keep.File.Length >= LargeFileBytes)
        {
            foreach (var target in targets)
            {
                commands.Append(CultureInfo.InvariantCulture, $"cp -- {from} {ShellText.Quote(NewPrefix + target)} || return 1\n");
            }

            return;
        }

        foreach (var some in targets.Chunk(MaxTargetsPerCommand))
        {
            var words = string.Join(' ', some.Select(target => ShellText.Quote(NewPrefix + target)));
            commands.Append(CultureInfo.InvariantCulture, $"tee -- {words} < {from} > /dev/null || return 1\n");
            if (keep.IsExecutable)
            {
                commands.Append(CultureInfo.InvariantCulture, $"chmod u+x -- {words} || return 1\n");
            }
        }
    }

    private static List<UploadArchive> PackArchives(List<ArchiveMember> members)
    {
        var archives = new List<UploadArchive>();
        var (some, bytes) = (new List<ArchiveMember>(), 0L);
        foreach (var member in members)
        {
            some.Add(member);
            bytes += member is ArchiveMember.FileMember copy ? copy.File.Length : 0;
            if (bytes >= MaxArchiveBytes)
            {
                archives.Add(new UploadArchive(some));
                (some, bytes) = ([], 0);
            }
        }

        archives.Add(new UploadArchive(some));
        return archives;
    }
}
