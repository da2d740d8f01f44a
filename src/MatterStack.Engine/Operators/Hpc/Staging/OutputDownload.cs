using System.Globalization;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Operators.Attempts;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Hpc.Staging;

/// <summary>
/// Fetches the files of attempts from a cluster: one call lists them, one fetches the requested files, for any number of attempts. A
/// failure of one attempt does not affect the others.
/// </summary>
/// <param name="shell">Shell on the cluster.</param>
/// <param name="place">Name of the folder with the runs, for messages.</param>
/// <param name="patience">Maximum time without output.</param>
/// <param name="root">Folder with the runs on the cluster, as a shell word.</param>
/// <param name="run">Returns the folder of a run on the cluster, as a shell word.</param>
/// <param name="failed">Attempts whose files for the next attempt stay there.</param>
internal sealed class OutputDownload(
    IShell shell,
    string place,
    TimeSpan patience,
    string root,
    Func<AttemptRequest, string> run,
    IReadOnlySet<AttemptRequest> failed
)
{
    /// <summary>Subfolder of an attempt, on this machine, for incomplete files.</summary>
    internal const string PartsFolder = ".matterstack-parts";

    private const int MaxNamedFiles = 5;
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(30);

    private readonly FileFetcher _fetcher = new(shell, patience);

    /// <exception cref="IOException">The disk of this machine is full or reports errors.</exception>
    public IReadOnlyDictionary<AttemptRequest, DownloadResult> DownloadAttempts(
        IReadOnlyList<AttemptRequest> requests,
        CancellationToken cancel
    )
    {
        var brought = new Dictionary<AttemptRequest, DownloadResult>();
        foreach (var together in requests.GroupBy(o => o.Run))
        {
            DownloadAttempts([.. together], brought, cancel);
        }

        return brought;
    }

    private void DownloadAttempts(
        IReadOnlyList<AttemptRequest> requests,
        Dictionary<AttemptRequest, DownloadResult> brought,
        CancellationToken cancel
    )
    {
        var (listings, broken) = FolderListing.ListFolders(
            shell,
            root,
            [.. requests.Select(o => $"{run(o)}/{ShellText.Quote(o.RelativeFolder)}")],
            patience,
            cancel
        );
        var plans = new List<AttemptDownload>();
        foreach (var (request, listing) in requests.Zip(listings))
        {
            switch (listing)
            {
                case FolderListing.Found found
                    when found.Entries.All(e => e.RawPath != AttemptLayout.WorkFolder) && found.UnreadableFolders.Count == 0:
                    brought[request] = new DownloadResult.FolderGone(FormatFolder(request) + "/" + AttemptLayout.WorkFolder);
                    break;
                case FolderListing.Found found:
                    var journey = new AttemptDownload(request, FetchPlan.Create(request, found, failed.Contains(request)));
                    if (journey.EscapingFolder is { } outside)
                    {
                        brought[request] = new DownloadResult.Incomplete(
                            $"'{outside}' here has become a link that leads out of the run's folder",
                            HostAnswered: true,
                            HasProgress: false
                        );
                    }
                    else
                    {
                        plans.Add(journey);
                    }

                    break;
                case FolderListing.Missing:
                    brought[request] = new DownloadResult.FolderGone(FormatFolder(request));
                    break;
                case FolderListing.Unreadable closed:
                    brought[request] = new DownloadResult.Incomplete(
                        $"{FormatFolder(request)}: {closed.Reason}",
                        HostAnswered: true,
                        HasProgress: false
                    );
                    break;
                default:
                    throw new InvalidOperationException("No rule for this listing");
            }
        }

        if (plans.Count > 0)
        {
            var answer = _fetcher.FetchFiles(run(requests[0]), [.. plans.SelectMany(p => p.Files.Keys)], cancel);
            foreach (var plan in plans.Where(p => answer.Interruption is null || p.Files.Keys.All(answer.Results.ContainsKey)))
            {
                brought[plan.Request] = plan.FinishDownload(answer.Results, shell.Name);
            }

            broken = answer.Interruption ?? broken;
            foreach (var plan in plans.Where(p => !brought.ContainsKey(p.Request)))
            {
                plan.HasProgress = answer.MovedBytes > 0;
            }
        }

        var open = requests.Where(o => !brought.ContainsKey(o)).ToList();
        if (broken is null || open.Count == 0 || cancel.IsCancellationRequested)
        {
            return;
        }

        // A broken connection returns no attempt. If the machine answers, one of the attempts is the cause, so each is fetched on its own.
        var answers = shell.Run(new ShellCall("exit 0", ProbeTimeout), cancel) is ShellResult.Ended;
        if (open.Count > 1 && answers)
        {
            foreach (var request in open)
            {
                DownloadAttempts([request], brought, cancel);
            }

            return;
        }

        foreach (var request in open)
        {
            brought[request] = new DownloadResult.Incomplete(broken.Reason, answers, plans.Any(p => p.Request == request && p.HasProgress));
        }
    }

    private string FormatFolder(AttemptRequest request) => $"{place.TrimEnd('/')}/{request.Run}/{request.RelativeFolder}";

    /// <summary>The download of one attempt: its files and their results.</summary>
    private sealed class AttemptDownload
    {
        private readonly FetchPlan _plan;
        private readonly string? _newWorkFolder;
        private readonly bool _isContinued;

        public AttemptDownload(AttemptRequest request, FetchPlan plan)
        {
            (Request, _plan) = (request, plan);
            var parts = Path.Combine(request.Folder, PartsFolder);
            // As long as the work folder is empty, it is fetched as a whole and renamed once: renaming many files one by one costs as much
            // as the files.
            _newWorkFolder = IsEmptyFolder(request.WorkFolder) ? Path.Combine(parts, AttemptLayout.WorkFolder) : null;
            _isContinued = Directory.Exists(_newWorkFolder);
            foreach (var (path, (entry, declared)) in plan.Files)
            {
                var isUnread = _newWorkFolder is not null && path.StartsWith(AttemptLayout.WorkPrefix, StringComparison.Ordinal);
                var target = isUnread ? Path.Combine(parts, path) : Path.Combine(request.Folder, path);
                var file = new FetchedFile($"{request.RelativeFolder}/{path}", entry.SizeBytes, entry.WrittenAt, target, parts)
                {
                    HasHoles = entry.SizeBytes > FetchReceiver.MaxMemoryBytes && entry.BlockCount * 512 < entry.SizeBytes / 2,
                    HasNoReaders = isUnread,
                };
                Files[file] = (path, declared);
            }
        }

        public AttemptRequest Request { get; }

        public bool HasProgress { get; set; }

        /// <summary>A folder on this machine that leads files out of the run's folder; null if there is none.</summary>
        public string? EscapingFolder =>
            Files
                .Keys.Select(f => Path.GetDirectoryName(f.TargetPath)!)
                .Append(Path.Combine(Request.Folder, PartsFolder))
                .Append(Request.WorkFolder)
                .Distinct(StringComparer.Ordinal)
                .FirstOrDefault(folder => !RelativePath.StaysInside(Request.RunFolder, folder));

        public Dictionary<FetchedFile, (string Path, bool Declared)> Files { get; } = [];

        public DownloadResult.Fetched FinishDownload(IReadOnlyDictionary<FetchedFile, FetchResult> ends, string machine)
        {
            var unread = new Dictionary<string, UnreadableOutput>(_plan.UnreadOutputs, StringComparer.Ordinal);
            var hashes = new Dictionary<string, Sha256>(StringComparer.Ordinal);
            var (left, changing) = (_plan.SkippedFiles.ToList(), new List<string>());
            var (mayCome, isDenied) = (false, true);
            foreach (var (file, (path, declared)) in Files)
            {
                var name = ToWorkPath(path);
                switch (ends[file])
                {
                    case FetchResult.Fetched here:
                        if (here.Content is { } hash)
                        {
                            hashes[name] = hash;
                        }

                        if (here.IsChanging)
                        {
                            changing.Add(name);
                        }

                        break;
                    case FetchResult.Vanished when declared:
                        (mayCome, isDenied) = (true, false);
                        RecordUnreadable(unread, name, $"it was removed on {machine} while it was fetched");
                        break;
                    case FetchResult.Failed failed when declared:
                        (mayCome, isDenied) = (true, isDenied && failed.IsPermanent);
                        RecordUnreadable(unread, name, $"{machine} says {failed.Reason}");
                        break;
                    case FetchResult.Failed failed:
                        left.Add($"{name} {UnreadableOutput.CreateNotReadable($"{machine} says {failed.Reason}")}");
                        break;
                    case FetchResult.Vanished:
                        break;
                    default:
                        throw new InvalidOperationException("No rule for this end");
                }
            }

            MoveWorkFolder(ends);
            CreateLinks(unread);
            DeletePartsFolder();
            return new DownloadResult.Fetched
            {
                UnreadOutputs = unread,
                CanRetry = mayCome,
                IsPermissionDenied = mayCome && isDenied,
                Hashes = hashes,
                Warnings = [.. changing.Select(name => $"{name} {UnreadableOutput.ChangedDuringRead}"), .. FormatWarnings(left)],
            };
        }

        private void RecordUnreadable(Dictionary<string, UnreadableOutput> unread, string path, string why)
        {
            foreach (var name in _plan.FindDeclaredNames(path))
            {
                unread[name] = UnreadableOutput.CreateNotReadable(why);
            }
        }

        private static string ToWorkPath(string path) =>
            path.StartsWith(AttemptLayout.WorkPrefix, StringComparison.Ordinal) ? path[AttemptLayout.WorkPrefix.Length..] : path;

        private static IEnumerable<string> FormatWarnings(List<string> left) =>
            left.Count == 0
                ? []
                :
                [
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"not fetched, and not declared in Outputs: {string.Join("; ", left.Take(MaxNamedFiles))}"
                            + $"{(left.Count > MaxNamedFiles ? $"; and {left.Count - MaxNamedFiles} more" : "")}"
                    ),
                ];

        // Creates links with a relative target that is equivalent to the one on the cluster.
        private void CreateLinks(Dictionary<string, UnreadableOutput> unread)
        {
            foreach (var (path, target) in _plan.Links)
            {
                var (link, end) = (Path.Combine(Request.Folder, path), Path.Combine(Request.Folder, target));
                try
                {
                    var folder = Path.GetDirectoryName(link)!;
                    Directory.CreateDirectory(folder);
                    if (!Path.Exists(end) && _plan.IsFolder(target))
                    {
                        Directory.CreateDirectory(end);
                    }

                    var text = Path.GetRelativePath(folder, end);
                    if (new FileInfo(link) is { LinkTarget: { } known } there)
                    {
                        if (known == text)
                        {
                            continue;
                        }

                        there.Delete();
                    }

                    if (Path.Exists(end))
                    {
                        File.CreateSymbolicLink(link, text);
                    }
                    else if (unread.TryGetValue(ToWorkPath(target), out var why))
                    {
                        unread.TryAdd(ToWorkPath(path), why);
                    }
                }
                catch (Exception e) when (DiskErrors.IsAccessError(e) && !DiskErrors.IsDiskError(e))
                {
                    unread.TryAdd(ToWorkPath(path), UnreadableOutput.CreateNotReadable($"the link cannot be made here: {e.Message}"));
                }
            }
        }

        // If the process dies in between, the next command finds an incomplete work folder and continues from there.
        private void MoveWorkFolder(IReadOnlyDictionary<FetchedFile, FetchResult> ends)
        {
            if (_newWorkFolder is null || !Directory.Exists(_newWorkFolder))
            {
                return;
            }

            // Delete files that were never verified, and files of an earlier try that are no longer requested.
            var here = Files
                .Keys.Where(f => f.HasNoReaders && ends[f] is FetchResult.Fetched)
                .Select(f => f.TargetPath)
                .ToHashSet(StringComparer.Ordinal);
            var others = _isContinued
                ? Directory.EnumerateFiles(_newWorkFolder, "*", SearchOption.AllDirectories)
                : Files.Keys.Where(f => f.HasNoReaders).Select(f => f.TargetPath);
            foreach (var file in others.Where(f => !here.Contains(f)).ToList())
            {
                File.Delete(file);
            }

            if (IsEmptyFolder(Request.WorkFolder))
            {
                if (Directory.Exists(Request.WorkFolder))
                {
                    Directory.Delete(Request.WorkFolder);
                }

                Directory.Move(_newWorkFolder, Request.WorkFolder);
                return;
            }

            // The work folder has been filled meanwhile.
            foreach (var file in Files.Keys.Where(f => f.HasNoReaders && File.Exists(f.TargetPath)))
            {
                var target = Path.Combine(Request.Folder, Path.GetRelativePath(Path.Combine(Request.Folder, PartsFolder), file.TargetPath));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Move(file.TargetPath, target, overwrite: true);
            }
        }

        private static bool IsEmptyFolder(string folder) =>
            !Path.Exists(folder) || (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any());

        private void DeletePartsFolder()
        {
            var parts = Path.Combine(Request.Folder, PartsFolder);
            if (Directory.Exists(parts))
            {
                Directory.Delete(parts, recursive: true);
            }
        }
    }
}
