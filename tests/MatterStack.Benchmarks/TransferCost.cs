using System.Globalization;
using System.Text;
using MatterStack.Acceptance.Support;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Operators.Attempts;
using MatterStack.Engine.Operators.Hpc.Staging;
using MatterStack.Engine.Operators.Processes;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Benchmarks;

/// <summary>Many small files to a cluster and back, against <c>tar</c> over the same ssh. Needs an sshd.</summary>
internal static class TransferCost
{
    private const int Repeats = 3;
    private static int _attempts;

    public static IEnumerable<Figure> Measure()
    {
        using var scratch = new Scratch();
        var folder = scratch.Folder;
        var scripts = Path.Combine(DotnetCommands.Root, "tests", "slurm");
        Shell.Run(folder, "/bin/sh", "-c", $"'{scripts}/start-sshd.sh' '{folder}/sshd' {Port.FindFreeText()}");
        try
        {
            var sockets = PrivateFolder.OpenOrCreate("b", folder);
            using var shell = new SshShell(
                new SshTarget("cluster", null, null, null, null, folder + "/sshd/ssh_config", []),
                CommandEnvironment.GetVariables().ToDictionary(),
                TimeProvider.System,
                sockets
            );
            // Both find an open connection.
            _ = shell.Run(new ShellCall("true", TimeSpan.FromMinutes(1)), CancellationToken.None);
            var ssh =
                $"ssh -F {folder}/sshd/ssh_config -o ControlMaster=no -o ControlPath={Directory.GetFileSystemEntries(sockets)[0]} cluster";
            foreach (var (tasks, files) in new[] { (1, 2_000), (1, 20_000), (1_000, 20) })
            {
                var what = string.Create(CultureInfo.InvariantCulture, $"{tasks} x {files} files of 600 bytes");
                var (ours, floor) = Cost.Compare(
                    Repeats,
                    () => Stage(shell, folder, tasks, files),
                    () => StageByTar(ssh, folder, tasks, files)
                );
                yield return Figure.Time(
                    $"staging {what} over ssh, against tar over the same connection",
                    ours,
                    floor,
                    false,
                    "<= 1.5 x tar"
                );
            }

            foreach (var files in new[] { 2_000, 20_000 })
            {
                var what = string.Create(CultureInfo.InvariantCulture, $"{files} files of 600 bytes");
                var (ours, floor) = Cost.Compare(Repeats, () => Collect(shell, folder, files), () => CollectByTar(ssh, folder, files));
                yield return Figure.Time(
                    $"collecting {what} over ssh, hashes included, against tar over the same connection",
                    ours,
                    floor,
                    false,
                    "<= 1.5 x tar"
                );
            }
        }
        finally
        {
            Shell.Run(folder, "/bin/sh", "-c", $"'{scripts}/stop-sshd.sh' '{folder}/sshd'");
        }
    }

    // From attempts that are about to be submitted to their folders on the cluster.
    private static Cost Stage(IShell shell, string folder, int tasks, int files)
    {
        var world = new World(shell, folder);
        var requests = Enumerable
            .Range(0, tasks)
            .Select(t => world.Order(t, Enumerable.Range(0, files).Select(f => world.Input($"in/file{f}.dat", Content(t, f))).ToList()))
            .ToList();
        return Cost.Of(() =>
        {
            foreach (var request in requests)
            {
                world.Place.PrepareAttempt(request);
            }

            var sending = world.Place.SendAttempts(requests, CancellationToken.None);
            if (sending.Ready.Count != tasks)
            {
                throw new InvalidOperationException(sending.Obstacle?.Reason ?? sending.Failed[0].Reason);
            }
        });
    }

    private static Cost StageByTar(string ssh, string folder, int tasks, int files)
    {
        var scratch = new Within(folder);
        Write(scratch.In("here"), tasks, files);
        Directory.CreateDirectory(scratch.In("there"));
        return Shell.Time(folder, "/bin/sh", "-c", $"tar cf - -C {scratch.In("here")} . | {ssh} tar xf - -C {scratch.In("there")}");
    }

    // From a job that has ended to its outputs here, with their hashes.
    private static Cost Collect(IShell shell, string folder, int files)
    {
        var world = new World(shell, folder);
        var request = world.Order(0, []);
        Directory.CreateDirectory(request.Folder);
        Write(Path.Combine(world.Far, request.RelativeFolder, "work"), 1, files);
        File.WriteAllText(Path.Combine(world.Far, request.RelativeFolder, "exit_code"), "0\n");
        return Cost.Of(() =>
        {
            if (
                world.Place.DownloadOutputs([request], new HashSet<AttemptRequest>(), CancellationToken.None)[request]
                is not DownloadResult.Fetched here
            )
            {
                throw new InvalidOperationException("nothing came back");
            }

            if (
                AttemptFiles
                    .CollectOutputs(request, new AttemptEnd { ExitCode = 0 }, [], new FetchedFacts(here.UnreadOutputs, here.Hashes))
                    .Outputs.Count != files
            )
            {
                throw new InvalidOperationException("outputs are missing");
            }
        });
    }

    private static Cost CollectByTar(string ssh, string folder, int files)
    {
        var scratch = new Within(folder);
        Write(scratch.In("there"), 1, files);
        Directory.CreateDirectory(scratch.In("here"));
        return Shell.Time(folder, "/bin/sh", "-c", $"{ssh} tar cf - -C {scratch.In("there")} . | tar xf - -C {scratch.In("here")}");
    }

    private static byte[] Content(int task, int file) =>
        Encoding.ASCII.GetBytes(
            string.Concat(Enumerable.Repeat(string.Create(CultureInfo.InvariantCulture, $"{task:00000} {file:00000} "), 50))
        );

    private static void Write(string folder, int tasks, int files)
    {
        for (var task = 0; task < tasks; task++)
        {
            var inside = Directory.CreateDirectory(Path.Combine(folder, $"t{task}/in")).FullName;
            for (var file = 0; file < files; file++)
            {
                File.WriteAllBytes(Path.Combine(inside, $"file{file}.dat"), Content(task, file));
            }
        }
    }

    /// <summary>A folder that was not used before. It goes with all others at the end: on ext4 new files are slow for a minute after others
    /// were deleted.</summary>
    private sealed class Within
    {
        private readonly string _path;

        public Within(string folder) => _path = Directory.CreateDirectory(Path.Combine(folder, "x" + ++_attempts)).FullName;

        public string In(string name) => Path.Combine(_path, name);
    }

    /// <summary>A run here, and its folder there.</summary>
    private sealed class World
    {
        private readonly Within _folder;

        public World(IShell shell, string folder)
        {
            _folder = new Within(folder);
            Directory.CreateDirectory(_folder.In("run/inputs"));
            Place = new RemoteStaging(shell, RealDisk.Instance, _folder.In("far"));
        }

        public RemoteStaging Place { get; }

        public string Far => _folder.In("far/20260101_000000_00000001");

        public StagedInput Input(string path, byte[] content)
        {
            var hash = Sha256.ComputeHash(content);
            File.WriteAllBytes(Path.Combine(_folder.In("run/inputs"), hash.Hex), content);
            return new StagedInput(path, path, hash, Executable: false);
        }

        public AttemptRequest Order(int task, IReadOnlyList<StagedInput> inputs)
        {
            _ = RunId.TryParse("20260101_000000_00000001", out var run);
            var declared = new CampaignTask
            {
                Id = string.Create(CultureInfo.InvariantCulture, $"t{task}"),
                Command = "true",
                OperatorKey = OperatorKey.FromTrusted("hpc.default"),
                Outputs = ["t0/**"],
            };
            return new AttemptRequest
            {
                Run = run,
                Attempt = AttemptId.FromTrusted(string.Create(CultureInfo.InvariantCulture, $"20260101_000000_{++_attempts:x8}")),
                Index = 1,
                Key = declared.OperatorKey,
                TaskId = declared.Id,
                Definition = TaskJson.Write(new PlannedTask(declared, inputs)),
                WiringHash = Sha256.ComputeTextHash("wiring"),
                RunFolder = _folder.In("run"),
            };
        }
    }
}
