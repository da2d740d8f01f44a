using System.Globalization;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Benchmarks;

/// <summary>What known results cost: taking them instead of computing them, keeping them, and finding out what is known.</summary>
internal static class CacheCost
{
    private const int Tasks = 1_000;
    private const int Files = 16;
    private const long FileSize = 64 << 20;

    public static IEnumerable<Figure> Measure()
    {
        using var scratch = new Scratch();
        // Folders and files cost more than all else, most of all on a file system that has just lost many.
        var (taken, copied) = Cost.Compare(3, () => Run(scratch, CacheMode.Read, known: true), () => Copy(scratch));
        yield return Figure.Time(
            $"{Tasks} cached tasks, init to COMPLETED, against cp -r of the folders and files that they make",
            taken,
            copied,
            false,
            "<= 2 x"
        );
        var (cached, cold) = Cost.Compare(3, () => Run(scratch, CacheMode.Read, known: true), () => Run(scratch, CacheMode.Off));
        yield return Figure.Time(
            $"{Tasks} cached tasks, init to COMPLETED, against executing them without a cache",
            cached,
            cold,
            false,
            "reported"
        );
        yield return Figure.Time(
            "the same, against make finding nothing to do",
            Cost.Median(3, () => Run(scratch, CacheMode.Read, known: true)),
            Make(scratch),
            false,
            "reported"
        );
        var (keeping, without) = Cost.Compare(3, () => Run(scratch, CacheMode.ReadWrite), () => Run(scratch, CacheMode.Off));
        yield return Figure.Time(
            $"{Tasks} tasks executed and kept, against executing them without a cache",
            keeping,
            without,
            false,
            "reported"
        );
        var (other, off) = Cost.Compare(
            3,
            () => Run(scratch, CacheMode.Read, known: true, outputs: false),
            () => Run(scratch, CacheMode.Off, outputs: false)
        );
        yield return Figure.Time($"{Tasks} tasks without outputs beside a cache, against no cache", other, off, false, "<= 1.02 x");
        yield return new("inodes of a cached attempt with one output", Inodes(scratch), null, "", "3");
    }

    /// <summary>Large inputs and outputs.</summary>
    public static IEnumerable<Figure> Large()
    {
        using var campaign = new BenchmarkCampaign([Declare("t", "true", ("Files", ["data/*"]), ("Outputs", ["data/*"]))])
        {
            Cache = CacheMode.ReadWrite,
        };
        var data = Directory.CreateDirectory(Path.Combine(campaign.Workspace.Folder, "data")).FullName;
        var bytes = new byte[FileSize];
        for (var i = 0; i < Files; i++)
        {
            new Random(i).NextBytes(bytes);
            File.WriteAllBytes(Path.Combine(data, i.ToString(CultureInfo.InvariantCulture)), bytes);
        }

        var (ours, sums) = Cost.Compare(
            3,
            () => Cost.Of(campaign.Define),
            () => Shell.Time(data, "/bin/sh", "-c", "sha256sum * > /dev/null")
        );
        yield return Figure.Time("fingerprinting 1 GiB of inputs, against sha256sum", ours, sums, false, "<= 1.1 x");
        campaign.Loop();
        var (hit, copy) = (new List<Cost>(), new List<Cost>());
        for (var i = 0; i < 3; i++)
        {
            // The input is copied into the run and hashed; the task is not executed.
            var init = Cost.Of(campaign.Init);
            hit.Add(Cost.Of(campaign.Loop));
            copy.Add(Shell.Time(campaign.Workspace.Folder, "/bin/sh", "-c", "cp -r data copy && sha256sum copy/* > /dev/null"));
            Directory.Delete(Path.Combine(campaign.Workspace.Folder, "copy"), recursive: true);
            Directory.Delete(campaign.Run.Path, recursive: true);
        }

        yield return Figure.Time(
            "taking 1 GiB of outputs out of the cache, against cp and sha256sum",
            Cost.Median(hit),
            Cost.Median(copy),
            false,
            "reported"
        );
    }

    private static Cost Run(Scratch scratch, CacheMode mode, bool known = false, bool outputs = true)
    {
        var cache = Path.Combine(scratch.Folder, known ? "known" : Guid.NewGuid().ToString());
        if (known && !Directory.Exists(cache))
        {
            using var first = Campaign(CacheMode.ReadWrite, cache, outputs: true);
            first.Loop();
        }

        using var campaign = Campaign(mode, cache, outputs);
        var cost = Cost.Of(campaign.Loop);
        using var reader = new RunReader(campaign.Run);
        var hits = reader.ReadAttempts().Count(a => a.CachedFrom is not null);
        return hits == (known && outputs ? Tasks : 0) ? cost : throw new InvalidOperationException($"{hits} hits");
    }

    private static Cost Copy(Scratch scratch)
    {
        var made = Path.Combine(scratch.Folder, "made");
        if (!Directory.Exists(made))
        {
            using var campaign = Campaign(CacheMode.Read, Path.Combine(scratch.Folder, "known"), outputs: true);
            campaign.Loop();
            Directory.Move(Path.Combine(campaign.Run.Path, "tasks"), made);
        }

        return Shell.Time(scratch.Folder, "cp", "-r", made, Path.Combine(scratch.Folder, Guid.NewGuid().ToString()));
    }

    private static double Inodes(Scratch scratch)
    {
        using var campaign = Campaign(CacheMode.Read, Path.Combine(scratch.Folder, "known"), outputs: true);
        campaign.Loop();
        return (double)
                Directory.EnumerateFileSystemEntries(Path.Combine(campaign.Run.Path, "tasks"), "*", SearchOption.AllDirectories).Count()
            / Tasks;
    }

    private static BenchmarkCampaign Campaign(CacheMode mode, string cache, bool outputs) =>
        new(
            Enumerable
                .Range(0, Tasks)
                .Select(i =>
                    Declare(
                        "t" + i.ToString(CultureInfo.InvariantCulture),
                        "echo $MATTERSTACK_TASK_ID > out",
                        outputs ? [("Outputs", ["out"])] : []
                    )
                )
        )
        {
            Cache = mode,
            CacheFolder = cache,
        };

    private static DeclaredTask Declare(string id, string command, params (string Name, string[] Values)[] metadata)
    {
        var all = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase) { ["Command"] = [command] };
        foreach (var (name, values) in metadata)
        {
            all[name] = values;
        }

        return new DeclaredTask(id, all);
    }

    // As many targets, each with a file that it is made of.
    private static Cost Make(Scratch scratch)
    {
        var folder = Directory.CreateDirectory(Path.Combine(scratch.Folder, "make")).FullName;
        var names = Enumerable.Range(0, Tasks).Select(i => $"t{i}").ToList();
        File.WriteAllText(
            Path.Combine(folder, "Makefile"),
            $"all: {string.Join(' ', names.Select(n => n + "/out"))}\n%/out: in\n\tmkdir -p $* && echo $* > $@\n"
        );
        File.WriteAllText(Path.Combine(folder, "in"), "");
        Shell.Time(folder, "make", "-s");
        return Cost.Median(3, () => Shell.Time(folder, "make", "-s"));
    }
}
