using System.Globalization;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Brings home what attempts left on a cluster: one call lists it, one fetches what is wanted, for any number of attempts. What cannot be brought of one keeps none of the others.</summary>
/// <param name="shell">The cluster.</param>
/// <param name="place">How people call what runs stand in there.</param>
/// <param name="patience">How long nothing may be said.</param>
/// <param name="root">What runs stand in there, a shell word.</param>
/// <param name="run">Folder of a run there, a shell word.</param>
internal sealed class ReturnTrip(IShell shell, string place, TimeSpan patience, string root, Func<AttemptOrder, string> run)
{
    /// <summary>Folder of an attempt, here, for what is not whole.</summary>
    internal const string PartsFolder = ".matterstack-parts";

    private const int Named = 5;
    private static readonly TimeSpan Probe = TimeSpan.FromSeconds(30);

    private readonly FileFetcher _fetcher = new(shell, patience);

    /// <exception cref="IOException">The disk here is in trouble.</exception>
    public IReadOnlyDictionary<AttemptOrder, Brought> Bring(IReadOnlyList<AttemptOrder> orders, CancellationToken cancel)
    {
        var brought = new Dictionary<AttemptOrder, Brought>();
        foreach (var together in orders.GroupBy(o => o.Run))
        {
            Bring([.. together], brought, cancel);
        }

        return brought;
    }

    private void Bring(IReadOnlyList<AttemptOrder> orders, Dictionary<AttemptOrder, Brought> brought, CancellationToken cancel)
    {
        var (listings, broken) = FolderListing.Of(shell, root, [.. orders.Select(o => $"{run(o)}/{ShellText.Quote(o.RelativePath)}")], patience, cancel);
        var plans = new List<Journey>();
        foreach (var (order, listing) in orders.Zip(listings))
        {
            switch (listing)
            {
                case FolderListing.Found found when found.Entries.All(e => e.Raw != "work") && found.Unopened.Count == 0:
                    brought[order] = new Brought.Gone(Place(order) + "/work");
                    break;
                case FolderListing.Found found:
                    var journey = new Journey(order, FetchPlan.Of(order, found));
                    if (journey.LeadsOut is { } outside)
                    {
                        brought[order] = new Brought.Later($"'{outside}' here has become a link that leads out of the run's folder", Answered: true, Moved: false);
                    }
                    else
                    {
                        plans.Add(journey);
                    }

                    break;
                case FolderListing.Gone:
                    brought[order] = new Brought.Gone(Place(order));
                    break;
                case FolderListing.Closed closed:
                    brought[order] = new Brought.Later($"{Place(order)}: {closed.Why}", Answered: true, Moved: false);
                    break;
                default:
                    throw new InvalidOperationException("No rule for this listing");
            }
        }

        if (plans.Count > 0)
        {
            var answer = _fetcher.Fetch(run(orders[0]), [.. plans.SelectMany(p => p.Files.Keys)], cancel);
            foreach (var plan in plans.Where(p => answer.Broken is null || p.Files.Keys.All(answer.Ends.ContainsKey)))
            {
                brought[plan.Order] = plan.Arrive(answer.Ends, shell.Name);
            }

            broken = answer.Broken ?? broken;
            foreach (var plan in plans.Where(p => !brought.ContainsKey(p.Order)))
            {
                plan.Moved = answer.Moved > 0;
            }
        }

        var open = orders.Where(o => !brought.ContainsKey(o)).ToList();
        if (broken is null || open.Count == 0 || cancel.IsCancellationRequested)
        {
            return;
        }

        // A line that broke brings nobody; a machine that answers says that it is one of these, and each is asked for by itself.
        var answers = shell.Run(new ShellCall("exit 0", Probe), cancel) is ShellAnswer.Ended;
        if (open.Count > 1 && answers)
        {
            foreach (var order in open)
            {
                Bring([order], brought, cancel);
            }

            return;
        }

        foreach (var order in open)
        {
            brought[order] = new Brought.Later(broken.Why, answers, plans.Any(p => p.Order == order && p.Moved));
        }
    }

    private string Place(AttemptOrder order) => $"{place.TrimEnd('/')}/{order.Run}/{order.RelativePath}";

    /// <summary>What of one attempt is to come, and what became of it.</summary>
    private sealed class Journey
    {
        private const string Work = "work/";

        private readonly FetchPlan _plan;
        private readonly string? _fresh;
        private readonly bool _isCarriedOn;

        public Journey(AttemptOrder order, FetchPlan plan)
        {
            (Order, _plan) = (order, plan);
            var parts = Path.Combine(order.Folder, PartsFolder);
            // As long as nothing is in it, the folder comes as a whole and is named once: a name for each of many files costs as much as the files.
            _fresh = IsEmpty(order.WorkFolder) ? Path.Combine(parts, "work") : null;
            _isCarriedOn = Directory.Exists(_fresh);
            foreach (var (path, (entry, declared)) in plan.Files)
            {
                var isUnread = _fresh is not null && path.StartsWith(Work, StringComparison.Ordinal);
                var target = isUnread ? Path.Combine(parts, path) : Path.Combine(order.Folder, path);
                var file = new FetchedFile($"{order.RelativePath}/{path}", entry.Size, entry.Written, target, parts)
                {
                    HasHoles = entry.Size > FetchReceiver.Small && entry.Blocks * 512 < entry.Size / 2,
                    IsUnread = isUnread,
                };
                Files[file] = (path, declared);
            }
        }

        public AttemptOrder Order { get; }

        public bool Moved { get; set; }

        /// <summary>A folder here that files would leave the run by; null: none.</summary>
        public string? LeadsOut => Files.Keys.Select(f => Path.GetDirectoryName(f.Target)!).Append(Path.Combine(Order.Folder, PartsFolder)).Append(Order.WorkFolder).Distinct(StringComparer.Ordinal)
            .FirstOrDefault(folder => !RelativePath.StaysInside(Order.RunFolder, folder));

        public Dictionary<FetchedFile, (string Path, bool Declared)> Files { get; } = [];

        public Brought.Here Arrive(IReadOnlyDictionary<FetchedFile, FetchEnd> ends, string machine)
        {
            var unread = new Dictionary<string, string>(_plan.Unread, StringComparer.Ordinal);
            var hashes = new Dictionary<string, Sha256>(StringComparer.Ordinal);
            var (left, changing) = (_plan.Left.ToList(), new List<string>());
            var (mayCome, isDenied) = (false, true);
            foreach (var (file, (path, declared)) in Files)
            {
                var name = InWork(path);
                switch (ends[file])
                {
                    case FetchEnd.Here here:
                        if (here.Content is { } hash)
                        {
                            hashes[name] = hash;
                        }

                        if (here.IsChanging)
                        {
                            changing.Add(name);
                        }

                        break;
                    case FetchEnd.Vanished when declared:
                        (mayCome, isDenied) = (true, false);
                        Refuse(unread, name, $"it went away on {machine} while it was fetched");
                        break;
                    case FetchEnd.Failed failed when declared:
                        (mayCome, isDenied) = (true, isDenied && failed.Stays);
                        Refuse(unread, name, $"{machine} says {failed.Why}");
                        break;
                    case FetchEnd.Failed failed:
                        left.Add($"{name} {UnreadOutput.NotReadable($"{machine} says {failed.Why}")}");
                        break;
                    case FetchEnd.Vanished:
                        break;
                    default:
                        throw new InvalidOperationException("No rule for this end");
                }
            }

            NameWork(ends);
            MakeLinks(unread);
            Clean();
            return new Brought.Here
            {
                Unread = unread, MayCome = mayCome, IsDenied = mayCome && isDenied, Hashes = hashes,
                Warnings = [.. changing.Select(name => $"{name} {UnreadOutput.Changing}"), .. Tell(left)],
            };
        }

        private void Refuse(Dictionary<string, string> unread, string path, string why)
        {
            foreach (var name in _plan.NamesOf(path))
            {
                unread[name] = UnreadOutput.NotReadable(why);
            }
        }

        private static string InWork(string path) => path.StartsWith("work/", StringComparison.Ordinal) ? path[5..] : path;

        private static IEnumerable<string> Tell(List<string> left) => left.Count == 0 ? []
            : [string.Create(CultureInfo.InvariantCulture, $"not fetched, and not declared in Outputs: {string.Join("; ", left.Take(Named))}{(left.Count > Named ? $"; and {left.Count - Named} more" : "")}")];

        // A link here leads to where it leads there, by a way of its own.
        private void MakeLinks(Dictionary<string, string> unread)
        {
            foreach (var (path, target) in _plan.Links)
            {
                var (link, end) = (Path.Combine(Order.Folder, path), Path.Combine(Order.Folder, target));
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
                    else if (unread.TryGetValue(InWork(target), out var why))
                    {
                        unread.TryAdd(InWork(path), why);
                    }
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException && !DiskTrouble.Is(e))
                {
                    unread.TryAdd(InWork(path), UnreadOutput.NotReadable($"the link cannot be made here: {e.Message}"));
                }
            }
        }

        // Killed in between, the next command finds no folder where it looks for an empty one, and goes on from there.
        private void NameWork(IReadOnlyDictionary<FetchedFile, FetchEnd> ends)
        {
            if (_fresh is null || !Directory.Exists(_fresh))
            {
                return;
            }

            // What came and was never found to be as it is there; and what an earlier try left and nobody wants any more.
            var here = Files.Keys.Where(f => f.IsUnread && ends[f] is FetchEnd.Here).Select(f => f.Target).ToHashSet(StringComparer.Ordinal);
            var others = _isCarriedOn ? Directory.EnumerateFiles(_fresh, "*", SearchOption.AllDirectories) : Files.Keys.Where(f => f.IsUnread).Select(f => f.Target);
            foreach (var file in others.Where(f => !here.Contains(f)).ToList())
            {
                File.Delete(file);
            }

            if (IsEmpty(Order.WorkFolder))
            {
                if (Directory.Exists(Order.WorkFolder))
                {
                    Directory.Delete(Order.WorkFolder);
                }

                Directory.Move(_fresh, Order.WorkFolder);
                return;
            }

            // Somebody has put something there meanwhile.
            foreach (var file in Files.Keys.Where(f => f.IsUnread && File.Exists(f.Target)))
            {
                var target = Path.Combine(Order.Folder, Path.GetRelativePath(Path.Combine(Order.Folder, PartsFolder), file.Target));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Move(file.Target, target, overwrite: true);
            }
        }

        private static bool IsEmpty(string folder) => !Path.Exists(folder) || (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any());

        private void Clean()
        {
            var parts = Path.Combine(Order.Folder, PartsFolder);
            if (Directory.Exists(parts))
            {
                Directory.Delete(parts, recursive: true);
            }
        }
    }
}
