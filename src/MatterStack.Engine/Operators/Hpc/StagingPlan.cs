using System.Globalization;
using System.Text;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>A file of an attempt on the cluster.</summary>
/// <param name="File">What it is a copy of.</param>
/// <param name="Target">Where it is wanted, relative to the run's folder there.</param>
/// <param name="Executable">Whether its owner may execute it.</param>
internal sealed record PlacedFile(SentFile File, string Target, bool Executable);

/// <summary>What is sent for some attempts, and how their folders are made of it there: as few bytes and as few processes as can be.</summary>
/// <remarks>
/// A small file goes straight to its place. A large one, and one that is wanted so often that it is worth a process, goes into <c>inputs/</c> there under the hash of its content, and is copied to its places;
/// what is in <c>inputs/</c> is not sent again.
/// </remarks>
internal sealed class StagingPlan
{
    /// <summary>Prefix, in an archive, of what is put into the run's folder when all of it is there.</summary>
    public const string New = "new/";

    /// <summary>Name, in the last archive, of the commands that copy.</summary>
    public const string Commands = "copy.sh";

    /// <summary>What <c>inputs/</c> saves must be more than a process costs.</summary>
    public const long WorthKeeping = 64 << 10;

    /// <summary>From here on a file is kept in <c>inputs/</c> since an attempt that is repeated wants it again.</summary>
    public const long Large = 1 << 20;

    /// <summary>From here on a file travels by itself, so that it lies there at most twice.</summary>
    public const long Alone = 8 << 20;

    private const long LargestArchive = 128 << 20;
    private const int MostTargets = 200;

    private StagingPlan(IReadOnlyList<KeptFile> alone, IReadOnlyList<SentArchive> archives, IReadOnlyList<SentFile> files, IReadOnlyList<KeptFile> kept, IReadOnlyList<SentFile> direct) =>
        (Files, AloneFiles, Archives, Kept, Direct) = (files, alone, archives, kept, direct);

    /// <summary>All files that are sent.</summary>
    public IReadOnlyList<SentFile> Files { get; }

    /// <summary>Files that travel by themselves.</summary>
    public IReadOnlyList<KeptFile> AloneFiles { get; }

    /// <summary>Archives with all the rest, at least one; the last one has the commands that copy.</summary>
    public IReadOnlyList<SentArchive> Archives { get; }

    /// <summary>What is in <c>inputs/</c> when the plan is carried out.</summary>
    public IReadOnlyList<KeptFile> Kept { get; }

    /// <summary>What goes straight to its place.</summary>
    public IReadOnlyList<SentFile> Direct { get; }

    /// <summary>Bytes that the attempts' folders will take.</summary>
    public long Bytes { get; private init; }

    /// <summary>Files that the attempts' folders will have.</summary>
    public int Count { get; private init; }

    /// <param name="folders">The attempts' folders, relative to the run's.</param>
    /// <param name="placed">Their files.</param>
    /// <param name="kept">What is in <c>inputs/</c> there, by name.</param>
    /// <param name="sentBefore">What went straight to a place before: when it is wanted once more it is perhaps wanted often.</param>
    public static StagingPlan Make(IReadOnlyList<string> folders, IReadOnlyList<PlacedFile> placed, IReadOnlySet<string> kept, IReadOnlySet<Sha256> sentBefore)
    {
        var (members, alone, keeps, direct, commands) = (new List<ArchiveMember>(), new List<KeptFile>(), new List<KeptFile>(), new List<SentFile>(), new StringBuilder());
        members.AddRange(folders.Select(folder => new ArchiveMember.Folder(New + folder + "/work")));
        // A later file takes the place of an earlier one, as it would if they were copied one after the other.
        var files = placed.Reverse().DistinctBy(p => p.Target).Reverse().ToList();
        var copied = new HashSet<string>(StringComparer.Ordinal);
        foreach (var same in files.GroupBy(p => (p.File.Content, p.Executable)))
        {
            var (file, uses) = (same.First().File, same.Count());
            var keep = new KeptFile(file, same.Key.Executable);
            var isThere = kept.Contains(keep.Name);
            var saved = (isThere ? uses : uses - 1 + (sentBefore.Contains(file.Content) ? 1 : 0)) * file.Length;
            if (file.Length < Large && saved < WorthKeeping)
            {
                members.AddRange(same.Select(p => new ArchiveMember.Copy(New + p.Target, p.File, p.Executable)));
                direct.Add(file);
                continue;
            }

            keeps.Add(keep);
            if (!isThere && file.Length >= Alone)
            {
                alone.Add(keep);
            }
            else if (!isThere)
            {
                members.Add(new ArchiveMember.Copy(KeptFile.Folder + keep.Name, file, keep.Executable));
            }

            Copy(commands, keep, [.. same.Select(p => p.Target)]);
            copied.UnionWith(same.Select(p => New + p.Target[..p.Target.LastIndexOf('/')]));
        }

        members.AddRange(copied.Order(StringComparer.Ordinal).Select(folder => new ArchiveMember.Folder(folder)));
        members.Add(new ArchiveMember.Text(Commands, Encoding.UTF8.GetBytes(commands.ToString())));
        return new StagingPlan(alone, Pack(members), [.. keeps.Select(k => k.File), .. direct], keeps, direct) { Bytes = files.Sum(p => p.File.Length), Count = files.Count };
    }

    // One process writes to many places; for a large file one for each costs nothing, and may share the blocks where the file system can.
    private static void Copy(StringBuilder commands, KeptFile keep, IReadOnlyList<string> targets)
    {
        var from = "../../" + KeptFile.Folder + keep.Name;
        if (targets.Count == 1 || keep.File.Length >= Large)
        {
            foreach (var target in targets)
            {
                commands.Append(CultureInfo.InvariantCulture, $"cp -- {from} {ShellText.Quote(New + target)} || return 1\n");
            }

            return;
        }

        foreach (var some in targets.Chunk(MostTargets))
        {
            var words = string.Join(' ', some.Select(target => ShellText.Quote(New + target)));
            commands.Append(CultureInfo.InvariantCulture, $"tee -- {words} < {from} > /dev/null || return 1\n");
            if (keep.Executable)
            {
                commands.Append(CultureInfo.InvariantCulture, $"chmod u+x -- {words} || return 1\n");
            }
        }
    }

    private static List<SentArchive> Pack(List<ArchiveMember> members)
    {
        var archives = new List<SentArchive>();
        var (some, bytes) = (new List<ArchiveMember>(), 0L);
        foreach (var member in members)
        {
            some.Add(member);
            bytes += member is ArchiveMember.Copy copy ? copy.File.Length : 0;
            if (bytes >= LargestArchive)
            {
                archives.Add(new SentArchive(some));
                (some, bytes) = ([], 0);
            }
        }

        archives.Add(new SentArchive(some));
        return archives;
    }
}

/// <summary>A file in <c>inputs/</c> there.</summary>
internal sealed record KeptFile(SentFile File, bool Executable)
{
    /// <summary>The folder, with a slash.</summary>
    public const string Folder = "inputs/";

    /// <summary>Its name there: one that may be executed is another file, since it is copied with its permissions.</summary>
    public string Name => File.Content.Hex + (Executable ? ".x" : "");
}
