using System.Globalization;
using System.Text;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Attempts;
using MatterStack.Engine.Operators.Scripts;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Hpc.Staging;

/// <summary>
/// A folder that only the cluster sees, with the layout of the run's folder: <c>inputs/</c> by content hash, <c>program/</c>, and
/// <c>tasks/</c> with a folder per attempt; <c>incoming/</c> holds unfinished transfers.
/// </summary>
internal sealed class RemoteStaging(IShell shell, IDisk disk, string root) : IJobStaging
{
    /// <summary>Name of the script of a job in the folder of its attempt.</summary>
    public const string ScriptFile = "submit.sh";

    private static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(120);
    private readonly Dictionary<RunId, RemoteRunState> _runs = [];
    private readonly Dictionary<AttemptRequest, IReadOnlyList<StagedFile>> _preparedFiles = new(ReferenceEqualityComparer.Instance);

    public string Name => $"{shell.Name}:{root}";

    public string QuoteFolder(AttemptRequest request) => $"{QuoteRunFolder(request.Run)}/{ShellText.Quote(request.RelativeFolder)}";

    public void PrepareAttempt(AttemptRequest request)
    {
        if (disk.DirectoryExists(request.Folder))
        {
            disk.DeleteDirectory(request.Folder);
        }

        disk.CreateDirectory(request.WorkFolder);
        var files = new List<StagedFile>();
        var carry = PlanCarry(request);
        if (
            carry is { IsCopiedInJob: false }
            && (
                carry.Reason
                ?? carry
                    .Files.Select(file => CarriedFileStager.FindProblem(request.RunFolder, file))
                    .FirstOrDefault(static why => why is not null)
            )
                is { } reason
        )
        {
            disk.WriteAllBytes(Path.Combine(request.Folder, AttemptLayout.NotCarriedFile), Encoding.UTF8.GetBytes(reason + "\n"));
        }

        foreach (var input in request.Planned.Inputs)
        {
            files.Add(
                new(
                    CreateSentFile(
                        input.Content,
                        Path.Combine(request.RunFolder, InputStager.InputsFolder, input.Content.Hex),
                        $"input '{input.Path}'"
                    ),
                    $"{request.RelativeFolder}/{AttemptLayout.WorkPrefix}{input.Path}",
                    input.Executable
                )
            );
        }

        foreach (var (dependency, output) in request.Dependencies.SelectMany(d => d.Outputs.Select(o => (d, o))))
        {
            var source = Path.Combine(request.RunFolder, dependency.RelativeFolder, AttemptLayout.WorkFolder, output.Path);
            if (!RelativePath.StaysInside(request.RunFolder, source))
            {
                throw new IOException(
                    $"output '{output.Path}' of task '{dependency.Task}' has become a link that leads out of the run ({source})"
                );
            }

            files.Add(
                new(
                    CreateSentFile(output.Hash, source, $"output '{output.Path}' of task '{dependency.Task}'"),
                    $"{request.RelativeFolder}/{AttemptLayout.WorkPrefix}deps/{dependency.Task}/{output.Path}",
                    IsExecutable: false
                )
            );
        }

        if (PlanCarry(request) is { IsCopiedInJob: false, Files: var carried })
        {
            files.AddRange(carried.Select(file => StageCarried(request, file)));
        }

        _preparedFiles[request] = files;
        GetRunState(request.Run).Program ??= FindProgramFiles(request);
    }

    public CarryPlan PlanCarry(AttemptRequest request) =>
        request.Carried.Count == 0 ? new CarryPlan([], false, null)
        : ScriptDecisions.FindNotCarriedReason(request) is { } reason ? new CarryPlan([], false, reason)
        // From this machine they travel with the inputs.
        : request.Carried.All(static file => file.Place.Length == 0) ? new CarryPlan(request.Carried, false, null)
        : CarryPlan.Create(request.Carried, Name);

    public IReadOnlyDictionary<AttemptRequest, LeftFiles> FindLeftFiles(IReadOnlyList<AttemptRequest> requests, CancellationToken cancel) =>
        new LeftFileSearch(shell, Name, StallTimeout, QuoteFolder).FindFiles(requests, cancel);

    public StagingResult SendAttempts(IReadOnlyList<AttemptRequest> requests, CancellationToken cancel)
    {
        var all = StagingResult.AllReady([]);
        foreach (var run in requests.GroupBy(o => o.Run))
        {
            all = MergeResults(all, SendBatch([.. run], cancel));
        }

        foreach (var request in all.Ready.Concat(all.Failed.Select(f => f.Request)))
        {
            _preparedFiles.Remove(request);
        }

        return all;
    }

    public string BuildScriptCommands(IReadOnlyList<(AttemptRequest Request, string Script)> jobs)
    {
        var script = new StringBuilder(RemoteFreeSpace.ShellFunction);
        foreach (var run in jobs.GroupBy(j => j.Request.Run))
        {
            script
                .Append(CultureInfo.InvariantCulture, $"no() {{ room {QuoteRunFolder(run.Key)}; exit {ExitCodes.NotWritten}; }}\n")
                .Append("( LC_ALL=C; export LC_ALL; cd -- ")
                .Append(QuoteRunFolder(run.Key))
                .Append(" || exit 1\n");
            foreach (var (request, text) in run)
            {
                // 'printf' is a shell built-in: no process per script.
                script
                    .Append("printf %s ")
                    .Append(ShellText.Quote(text))
                    .Append(" > ")
                    .Append(ShellText.Quote($"{request.RelativeFolder}/{ScriptFile}"))
                    .Append(" || exit 1\n");
            }

            script.Append(") || no\n");
        }

        return script.ToString();
    }

    public IReadOnlyDictionary<AttemptRequest, int>? ReadExitCodes(IReadOnlyList<AttemptRequest> requests, CancellationToken cancel)
    {
        if (requests.Count == 0)
        {
            return new Dictionary<AttemptRequest, int>();
        }

        // A code without a newline is half-written.
        var script = new StringBuilder("code() { [ -f \"$2/exit_code\" ] && IFS= read -r c < \"$2/exit_code\" && echo \"$1 $c\"; }\n");
        for (var i = 0; i < requests.Count; i++)
        {
            script.Append(CultureInfo.InvariantCulture, $"code {i} {QuoteFolder(requests[i])}\n");
        }

        if (
            shell.Run(new ShellCall(script.Append("exit 0\n").ToString(), StallTimeout), cancel)
            is not ShellResult.Ended { ExitCode: 0 } ended
        )
        {
            return null;
        }

        var codes = new Dictionary<AttemptRequest, int>();
        foreach (var words in ended.Output.Split('\n').Select(line => line.Split(' ')).Where(words => words.Length == 2))
        {
            if (
                int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                && index < requests.Count
                && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            )
            {
                codes[requests[index]] = code;
            }
        }

        return codes;
    }

    public IReadOnlyDictionary<AttemptRequest, DownloadResult> DownloadOutputs(
        IReadOnlyList<AttemptRequest> requests,
        IReadOnlySet<AttemptRequest> failed,
        CancellationToken cancel
    ) =>
        new OutputDownload(shell, Name, StallTimeout, RootWord, request => QuoteRunFolder(request.Run), failed).DownloadAttempts(
            requests,
            cancel
        );

    public DiskSpace? QueryFreeSpace(AttemptRequest request, CancellationToken cancel) =>
        shell.Run(new ShellCall($"{RemoteFreeSpace.ShellFunction}room {QuoteFolder(request)}\n", StallTimeout), cancel)
            is ShellResult.Ended ended
            ? RemoteFreeSpace.Parse(ended.Output)
            : null;

    private StagingResult SendBatch(IReadOnlyList<AttemptRequest> requests, CancellationToken cancel)
    {
        var there = GetRunState(requests[0].Run);
        if (there.UnfinishedTransfer is { } unfinished && unfinished.Requests.Except(requests, ReferenceEqualityComparer.Instance).Any())
        {
            // Some attempts of the unfinished transfer are no longer requested.
            there.UnfinishedTransfer = null;
        }

        if (there.UnfinishedTransfer is { } first && first.Requests.Count < requests.Count)
        {
            // Finish the started transfer unchanged, then send the attempts that were added since.
            var done = SendBatch(first.Requests, cancel);
            return done.Obstacle is not null
                ? done
                : MergeResults(
                    done,
                    SendBatch([.. requests.Except(first.Requests, ReferenceEqualityComparer.Instance).Cast<AttemptRequest>()], cancel)
                );
        }

        try
        {
            return new StagingTransfer(shell, Name, QuoteRunFolder(requests[0].Run), there, StallTimeout).SendBatch(
                requests,
                o => _preparedFiles[o],
                cancel
            ) switch
            {
                null => StagingResult.AllReady(requests),
                { Kind: StagingFailureKind.FileRejected } part when requests.Count > 1 => SendInHalves(requests, part, cancel),
                { Kind: StagingFailureKind.FileRejected or StagingFailureKind.Permanent } never => new StagingResult(
                    [],
                    [.. requests.Select(o => (o, $"{OperatorCodes.ClusterFolderNotUsable}: {never.Reason}"))],
                    null
                ),
                var left => new StagingResult([], [], left),
            };
        }
        catch (ChangedSourceException e)
        {
            there.UnfinishedTransfer = null;
            var (bad, good) = (requests.Where(o => UsesFile(o, e.File)).ToList(), requests.Where(o => !UsesFile(o, e.File)).ToList());
            return MergeResults(
                new StagingResult([], [.. bad.Select(o => (o, $"{OperatorCodes.StagingFailed}: {e.Message}"))], null),
                good.Count == 0 || bad.Count == 0 ? StagingResult.AllReady([]) : SendBatch(good, cancel)
            );
        }
    }

    // Halves the batch until the attempt that causes the failure is alone, so that the others are sent.
    private StagingResult SendInHalves(IReadOnlyList<AttemptRequest> requests, StagingFailure why, CancellationToken cancel)
    {
        GetRunState(requests[0].Run).UnfinishedTransfer = null;
        var half = requests.Count / 2;
        var one = SendBatch([.. requests.Take(half)], cancel);
        return one.Obstacle is not null ? one : MergeResults(one, SendBatch([.. requests.Skip(half)], cancel));
    }

    private static StagingResult MergeResults(StagingResult one, StagingResult two) =>
        new([.. one.Ready, .. two.Ready], [.. one.Failed, .. two.Failed], one.Obstacle ?? two.Obstacle);

    private bool UsesFile(AttemptRequest request, UploadFile file) =>
        _preparedFiles[request].Any(p => p.File.Content == file.Content)
        || (GetRunState(request.Run).Program?.Any(p => p.File.Content == file.Content) ?? false);

    private RemoteRunState GetRunState(RunId run)
    {
        if (!_runs.TryGetValue(run, out var there))
        {
            _runs[run] = there = new RemoteRunState();
        }

        return there;
    }

    private string RootWord => QuoteRoot(root);

    /// <summary>The root of a cluster as shell text. <c>~</c> is the home folder there; everything else is taken literally.</summary>
    public static string QuoteRoot(string root) =>
        root == "~" ? "\"$HOME\""
        : root.StartsWith("~/", StringComparison.Ordinal) ? "\"$HOME\"/" + ShellText.Quote(root[2..].TrimEnd('/'))
        : ShellText.Quote(root.TrimEnd('/'));

    private string QuoteRunFolder(RunId run) => $"{RootWord}/{run.Value}";

    private static IReadOnlyList<StagedFile>? FindProgramFiles(AttemptRequest request)
    {
        if (request.ProgramPath is not { } program || !CampaignProgram.IsUsedBy(request.Task))
        {
            return null;
        }

        var folder = Path.GetDirectoryName(Path.Combine(request.RunFolder, program))!;
        return
        [
            .. Directory
                .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(file =>
                {
                    using var stream = RegularFile.OpenRead(file);
                    var sent = new UploadFile(
                        Sha256.ComputeHash(stream),
                        file,
                        stream.Length,
                        $"file '{Path.GetFileName(file)}' of the campaign's program"
                    );
                    return new StagedFile(sent, Path.GetRelativePath(request.RunFolder, file).Replace('\\', '/'), IsExecutable: false);
                }),
        ];
    }

    private StagedFile StageCarried(AttemptRequest request, LeftFile file)
    {
        var source = Path.Combine(request.RunFolder, file.OriginFolder, AttemptLayout.WorkFolder, file.Source);
        return new StagedFile(
            CreateSentFile(file.Hash, source, $"carried file '{file.Path}'"),
            $"{request.RelativeFolder}/{AttemptLayout.WorkPrefix}{file.Path}",
            IsExecutable: false
        );
    }

    // The content is checked when it is sent: a result that was changed after its task ended must not pass as computed.
    private UploadFile CreateSentFile(Sha256 content, string source, string what)
    {
        if (!disk.FileExists(source))
        {
            throw new IOException($"{what} is gone from {source}");
        }

        return new UploadFile(content, source, new FileInfo(source).Length, what);
    }
}
