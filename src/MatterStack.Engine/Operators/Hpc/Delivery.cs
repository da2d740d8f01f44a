using System.Globalization;
using System.Security.Cryptography;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Known state of a run's folder on the cluster.</summary>
internal sealed class RunThere
{
    /// <summary>Names in <c>inputs/</c>, as of the last query.</summary>
    public HashSet<string> Kept { get; } = [];

    /// <summary>Received bytes of each stream, by its id.</summary>
    public Dictionary<string, long> Parts { get; } = [];

    /// <summary>Hashes of files that were sent directly to their target.</summary>
    public HashSet<Sha256> SentBefore { get; } = [];

    /// <summary>Number of files of the campaign's program on the cluster.</summary>
    public int ProgramFiles { get; set; }

    /// <summary>Files of the campaign's program; null if no attempt uses it.</summary>
    public IReadOnlyList<PlacedFile>? Program { get; set; }

    /// <summary>The interrupted transfer, which is continued unchanged; null if there is none.</summary>
    public (IReadOnlyList<AttemptOrder> Requests, StagingPlan Plan)? Unfinished { get; set; }

    /// <summary>Started streams; those that no plan contains any more are removed on the cluster.</summary>
    public HashSet<string> Begun { get; } = new(StringComparer.Ordinal);
}

/// <summary>
/// Executes a staging plan: queries what has arrived, sends what is missing, and creates the attempts' folders. Two calls for any number of
/// small files, one for each large file.
/// </summary>
internal sealed class Delivery(IShell shell, string place, string run, RunThere there, TimeSpan stall)
{
    // Time that a slow file system may need per file and per byte without any output.
    private static readonly TimeSpan PerFile = TimeSpan.FromMilliseconds(20);
    private const double BytesPerSecond = 5e6;

    private string[] _forgotten = [];

    /// <returns>Null if everything is in place; otherwise why not.</returns>
    /// <exception cref="ChangedSourceException">A file on this machine differs from its recorded hash.</exception>
    public NotSent? Send(IReadOnlyList<AttemptOrder> requests, Func<AttemptOrder, IReadOnlyList<PlacedFile>> files, CancellationToken cancel)
    {
        // Query each time: files may have been purged.
        if (Ask(cancel) is { } silent)
        {
            return silent;
        }

        var program = there.Program is { } needed && there.ProgramFiles < needed.Count ? needed : [];
        var plan = there.Unfinished?.Plan ?? StagingPlan.Make([.. requests.Select(o => o.RelativePath)], [.. requests.SelectMany(files), .. program], there.Kept, there.SentBefore);
        there.Unfinished = (requests, plan);
        string[] streams = [.. plan.AloneFiles.Select(f => f.Name), .. plan.Archives.Select(a => a.Id.Hex)];
        _forgotten = [.. there.Begun.Except(streams)];
        there.Begun.UnionWith(streams);
        if ((SendFiles(plan, cancel) ?? SendArchives(plan, cancel)) is { } failure)
        {
            // Only a broken connection is continued; another failure may be caused by the files that are already there.
            there.Unfinished = failure.Kind is NotSentKind.Broken or NotSentKind.Unreached ? there.Unfinished : null;
            return failure;
        }

        there.Unfinished = null;
        there.Begun.Clear();
        there.SentBefore.UnionWith(plan.Direct.Where(f => f.Length >= StagingPlan.WorthKeeping).Select(f => f.Content));
        return null;
    }

    private NotSent? Ask(CancellationToken cancel)
    {
        var answer = shell.Run(new ShellCall(StagingScript.Ask(run), stall), cancel);
        if (answer is not ShellAnswer.Ended { ExitCode: 0 } ended)
        {
            return Why(answer, null);
        }

        there.Kept.Clear();
        there.Parts.Clear();
        there.ProgramFiles = 0;
        foreach (var words in ended.Output.Split('\n').Select(line => line.Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            switch (words)
            {
                case ["kept", var name]:
                    there.Kept.Add(name);
                    break;
                case ["program", var count]:
                    there.ProgramFiles = int.Parse(count, NumberStyles.None, CultureInfo.InvariantCulture);
                    break;
                case ["part", var name, var size] when name.EndsWith(StagingScript.Part, StringComparison.Ordinal):
                    there.Parts[name[..^StagingScript.Part.Length]] = long.Parse(size, NumberStyles.None, CultureInfo.InvariantCulture);
                    break;
                default:
                    break;
            }
        }

        return null;
    }

    private NotSent? SendFiles(StagingPlan plan, CancellationToken cancel)
    {
        foreach (var file in plan.AloneFiles.Where(f => !there.Kept.Contains(f.Name)))
        {
            var known = there.Parts.GetValueOrDefault(file.Name);
            var offset = known > file.File.Length ? 0 : known;
            var script = StagingScript.Receive(run, file.Name, offset, file.File.Length).Append(StagingScript.Keep(file)).Append("exit 0\n").ToString();
            var answer = Call(script, stream => Copy(file.File, stream, offset), Limit(0, file.File.Length), cancel);
            if (answer is ShellAnswer.Ended { ExitCode: StagingScript.Changed } && !IsWhole(file.File))
            {
                throw ChangedSourceException.Changed(file.File);
            }

            if (answer is not ShellAnswer.Ended { ExitCode: 0 })
            {
                return Why(answer, file.File.Length - offset);
            }

            there.Kept.Add(file.Name);
        }

        return null;
    }

    private NotSent? SendArchives(StagingPlan plan, CancellationToken cancel)
    {
        for (var i = 0; i < plan.Archives.Count; i++)
        {
            var (archive, last) = (plan.Archives[i], i == plan.Archives.Count - 1);
            var known = there.Parts.GetValueOrDefault(archive.Id.Hex);
            var isThere = known == archive.Total;
            if (isThere && !last)
            {
                continue;
            }

            var offset = known > archive.Total ? 0 : known;
            var comes = known == 0 && plan.Archives.Count == 1;
            var script = isThere || comes ? StagingScript.Enter(run) : StagingScript.Receive(run, archive.Id.Hex, offset, archive.Total);
            script.Append(last ? StagingScript.Place(plan.Archives, comes, _forgotten, RandomNumberGenerator.GetHexString(12, lowercase: true)) : "exit 0\n");
            var answer = Call(script.ToString(), isThere ? null : stream => archive.Write(stream, offset), last ? Limit(plan.Count, plan.Bytes) : stall, cancel);
            if (answer is not ShellAnswer.Ended { ExitCode: 0 })
            {
                return Why(answer, plan.Bytes);
            }
        }

        return null;
    }

    // An error of a file on this machine is thrown as such, not reported as a broken connection.
    private ShellAnswer Call(string script, Action<Stream>? input, TimeSpan limit, CancellationToken cancel)
    {
        Exception? wrong = null;
        var answer = shell.Run(new ShellCall(script, limit)
        {
            Input = input is null ? null : stream =>
            {
                try
                {
                    input(stream);
                }
                catch (Exception e) when (e is ChangedSourceException || DiskTrouble.Is(e))
                {
                    wrong = e;
                    throw;
                }
            },
        }, cancel);
        return wrong is null ? answer : throw wrong;
    }

    private TimeSpan Limit(int files, long bytes) => stall + (PerFile * files) + TimeSpan.FromSeconds(bytes / BytesPerSecond);

    private NotSent Why(ShellAnswer answer, long? needed) => answer switch
    {
        ShellAnswer.None none => new(none.Why, none.Reached ? NotSentKind.Broken : NotSentKind.Unreached),
        ShellAnswer.Ended { ExitCode: StagingScript.Broken } => new("the connection broke while files were sent", NotSentKind.Broken),
        ShellAnswer.Ended { ExitCode: StagingScript.Changed } => new("the sent files arrived with different content", NotSentKind.Broken),
        ShellAnswer.Ended ended => PlaceTrouble.Of(ended, place, needed),
        _ => throw new InvalidOperationException("No rule for this answer"),
    };

    private static void Copy(SentFile file, Stream to, long from)
    {
        using var stream = Open(file);
        if (stream.Length != file.Length)
        {
            throw ChangedSourceException.Changed(file);
        }

        stream.Position = from;
        stream.CopyTo(to);
    }

    private static bool IsWhole(SentFile file)
    {
        using var stream = Open(file);
        return Sha256.ComputeHash(stream) == file.Content;
    }

    private static FileStream Open(SentFile file)
    {
        try
        {
            return RegularFile.OpenRead(file.Source);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw ChangedSourceException.Gone(file);
        }
    }
}
