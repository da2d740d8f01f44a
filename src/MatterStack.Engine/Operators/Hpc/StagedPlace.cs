using System.Globalization;
using System.Text;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>
/// A folder that only the cluster sees, with the layout of the run's folder: <c>inputs/</c> by content hash, <c>program/</c>, and
/// <c>tasks/</c> with a folder per attempt; <c>incoming/</c> holds unfinished transfers.
/// </summary>
internal sealed class StagedPlace(IShell shell, IDisk disk, string root) : IPlace
{
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(120);
    private readonly Dictionary<RunId, RunThere> _runs = [];
    private readonly Dictionary<AttemptOrder, IReadOnlyList<PlacedFile>> _prepared = new(ReferenceEqualityComparer.Instance);

    public string Name => $"{shell.Name}:{root}";

    public string Folder(AttemptOrder request) => $"{Run(request.Run)}/{ShellText.Quote(request.RelativePath)}";

    public void Prepare(AttemptOrder request)
    {
        if (disk.DirectoryExists(request.Folder))
        {
            disk.DeleteDirectory(request.Folder);
        }

        disk.CreateDirectory(request.WorkFolder);
        var files = new List<PlacedFile>();
        foreach (var input in request.Planned.Inputs)
        {
            files.Add(new(Offer(input.Content, Path.Combine(request.RunFolder, Staging.InputsFolder, input.Content.Hex), $"input '{input.Path}'"), $"{request.RelativePath}/work/{input.Path}", input.Executable));
        }

        foreach (var (dependency, output) in request.Dependencies.SelectMany(d => d.Outputs.Select(o => (d, o))))
        {
            var source = Path.Combine(request.RunFolder, dependency.RelativePath, "work", output.Path);
            if (!RelativePath.StaysInside(request.RunFolder, source))
            {
                throw new IOException($"output '{output.Path}' of task '{dependency.Task}' has become a link that leads out of the run ({source})");
            }

            files.Add(new(Offer(output.Hash, source, $"output '{output.Path}' of task '{dependency.Task}'"), $"{request.RelativePath}/work/deps/{dependency.Task}/{output.Path}", Executable: false));
        }

        _prepared[request] = files;
        Of(request.Run).Program ??= Program(request);
    }

    public Sending Send(IReadOnlyList<AttemptOrder> requests, CancellationToken cancel)
    {
        var all = Sending.All([]);
        foreach (var run in requests.GroupBy(o => o.Run))
        {
            all = Join(all, SendSome([.. run], cancel));
        }

        foreach (var request in all.Ready.Concat(all.Failed.Select(f => f.Request)))
        {
            _prepared.Remove(request);
        }

        return all;
    }

    public string WriteScripts(IReadOnlyList<(AttemptOrder Request, string Script)> jobs)
    {
        var script = new StringBuilder(PlaceSpace.Function);
        foreach (var run in jobs.GroupBy(j => j.Request.Run))
        {
            script.Append(CultureInfo.InvariantCulture, $"no() {{ room {Run(run.Key)}; exit {PlaceTrouble.NotWritten}; }}\n").Append("( LC_ALL=C; export LC_ALL; cd -- ").Append(Run(run.Key)).Append(" || exit 1\n");
            foreach (var (request, text) in run)
            {
                // 'printf' is a shell built-in: no process per script.
                script.Append("printf %s ").Append(ShellText.Quote(text)).Append(" > ").Append(ShellText.Quote($"{request.RelativePath}/{JobScript.FileName}")).Append(" || exit 1\n");
            }

            script.Append(") || no\n");
        }

        return script.ToString();
    }

    public IReadOnlyDictionary<AttemptOrder, int>? ExitCodes(IReadOnlyList<AttemptOrder> requests, CancellationToken cancel)
    {
        if (requests.Count == 0)
        {
            return new Dictionary<AttemptOrder, int>();
        }

        // A code without a newline is half-written.
        var script = new StringBuilder("code() { [ -f \"$2/exit_code\" ] && IFS= read -r c < \"$2/exit_code\" && echo \"$1 $c\"; }\n");
        for (var i = 0; i < requests.Count; i++)
        {
            script.Append(CultureInfo.InvariantCulture, $"code {i} {Folder(requests[i])}\n");
        }

        if (shell.Run(new ShellCall(script.Append("exit 0\n").ToString(), Stall), cancel) is not ShellAnswer.Ended { ExitCode: 0 } ended)
        {
            return null;
        }

        var codes = new Dictionary<AttemptOrder, int>();
        foreach (var words in ended.Output.Split('\n').Select(line => line.Split(' ')).Where(words => words.Length == 2))
        {
            if (int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < requests.Count && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var code))
            {
                codes[requests[index]] = code;
            }
        }

        return codes;
    }

    public IReadOnlyDictionary<AttemptOrder, Brought> Bring(IReadOnlyList<AttemptOrder> requests, CancellationToken cancel) => new ReturnTrip(shell, Name, Stall, Root, request => Run(request.Run)).Bring(requests, cancel);

    public DiskSpace? AskSpace(AttemptOrder request, CancellationToken cancel) =>
        shell.Run(new ShellCall($"{PlaceSpace.Function}room {Folder(request)}\n", Stall), cancel) is ShellAnswer.Ended ended ? PlaceSpace.Read(ended.Output) : null;

    private Sending SendSome(IReadOnlyList<AttemptOrder> requests, CancellationToken cancel)
    {
        var there = Of(requests[0].Run);
        if (there.Unfinished is { } unfinished && unfinished.Requests.Except(requests, ReferenceEqualityComparer.Instance).Any())
        {
            // Some attempts of the unfinished transfer are no longer requested.
            there.Unfinished = null;
        }

        if (there.Unfinished is { } first && first.Requests.Count < requests.Count)
        {
            // Finish the started transfer unchanged, then send the attempts that were added since.
            var done = SendSome(first.Requests, cancel);
            return done.Left is not null ? done : Join(done, SendSome([.. requests.Except(first.Requests, ReferenceEqualityComparer.Instance).Cast<AttemptOrder>()], cancel));
        }

        try
        {
            return new Delivery(shell, Name, Run(requests[0].Run), there, Stall).Send(requests, o => _prepared[o], cancel) switch
            {
                null => Sending.All(requests),
                { Kind: NotSentKind.NotThis } part when requests.Count > 1 => Split(requests, part, cancel),
                { Kind: NotSentKind.NotThis or NotSentKind.Never } never => new Sending([], [.. requests.Select(o => (o, $"{OperatorCodes.PlaceNotUsable}: {never.Why}"))], null),
                var left => new Sending([], [], left),
            };
        }
        catch (ChangedSourceException e)
        {
            there.Unfinished = null;
            var (bad, good) = (requests.Where(o => Uses(o, e.File)).ToList(), requests.Where(o => !Uses(o, e.File)).ToList());
            return Join(new Sending([], [.. bad.Select(o => (o, $"{OperatorCodes.StagingFailed}: {e.Message}"))], null), good.Count == 0 || bad.Count == 0 ? Sending.All([]) : SendSome(good, cancel));
        }
    }

    // Halves the batch until the attempt that causes the failure is alone, so that the others are sent.
    private Sending Split(IReadOnlyList<AttemptOrder> requests, NotSent why, CancellationToken cancel)
    {
        Of(requests[0].Run).Unfinished = null;
        var half = requests.Count / 2;
        var one = SendSome([.. requests.Take(half)], cancel);
        return one.Left is not null ? one : Join(one, SendSome([.. requests.Skip(half)], cancel));
    }

    private static Sending Join(Sending one, Sending two) => new([.. one.Ready, .. two.Ready], [.. one.Failed, .. two.Failed], one.Left ?? two.Left);

    private bool Uses(AttemptOrder request, SentFile file) => _prepared[request].Any(p => p.File.Content == file.Content) || (Of(request.Run).Program?.Any(p => p.File.Content == file.Content) ?? false);

    private RunThere Of(RunId run)
    {
        if (!_runs.TryGetValue(run, out var there))
        {
            _runs[run] = there = new RunThere();
        }

        return there;
    }

    // '~' is the home folder on the cluster; everything else is taken literally.
    private string Root =>
        root == "~" ? "\"$HOME\"" : root.StartsWith("~/", StringComparison.Ordinal) ? "\"$HOME\"/" + ShellText.Quote(root[2..].TrimEnd('/')) : ShellText.Quote(root.TrimEnd('/'));

    private string Run(RunId run) => $"{Root}/{run.Value}";

    private static IReadOnlyList<PlacedFile>? Program(AttemptOrder request)
    {
        if (request.ProgramPath is not { } program || !CampaignProgram.IsUsedBy(request.Task.Command))
        {
            return null;
        }

        var folder = Path.GetDirectoryName(Path.Combine(request.RunFolder, program))!;
        return [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(file =>
        {
            using var stream = RegularFile.OpenRead(file);
            var sent = new SentFile(Sha256.ComputeHash(stream), file, stream.Length, $"file '{Path.GetFileName(file)}' of the campaign's program");
            return new PlacedFile(sent, Path.GetRelativePath(request.RunFolder, file).Replace('\\', '/'), Executable: false);
        })];
    }

    // The content is checked when it is sent: a result that was changed after its task ended must not pass as computed.
    private SentFile Offer(Sha256 content, string source, string what)
    {
        if (!disk.FileExists(source))
        {
            throw new IOException($"{what} is gone from {source}");
        }

        return new SentFile(content, source, new FileInfo(source).Length, what);
    }
}
