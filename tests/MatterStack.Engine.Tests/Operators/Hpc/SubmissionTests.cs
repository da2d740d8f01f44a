using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Hpc;
using MatterStack.Engine.Operators.Hpc.Slurm;
using MatterStack.Engine.Operators.Local;
using MatterStack.Engine.Tests.Transports;
using MatterStack.Engine.Transports.Shell;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>What goes out and what comes home.</summary>
[TestClass]
public sealed class SubmissionTests
{
    [TestMethod]
    public void Attempts_of_one_shape_are_one_array_and_others_are_not()
    {
        using var world = new ClusterWorld();
        world.Submit(
            world.Order("a"),
            world.Order("b"),
            world.Order("big", with: t => t with { Cores = 4, MemoryGb = 2, TimeLimitMinutes = 90 })
        );
        CollectionAssert.AreEqual((string[])["1_0", "1_1", "2"], world.Jobs);
        var head = File.ReadAllLines(world.In("twin/scripts/2"))
            .TakeWhile(l => l.StartsWith('#'))
            .Where(l => l.StartsWith("#SBATCH", StringComparison.Ordinal))
            .ToArray();
        CollectionAssert.Contains(head, "#SBATCH --cpus-per-task=4");
        CollectionAssert.Contains(head, "#SBATCH --mem=2048M");
        CollectionAssert.Contains(head, "#SBATCH --time=0-01:30:00");
        Assert.HasCount(head.Length, head.Select(l => l.Split('=')[0]).Distinct());
    }

    [TestMethod]
    public void A_site_that_takes_smaller_arrays_only_gets_smaller_ones()
    {
        using var world = new ClusterWorld();
        world.Fault(
            "sbatch",
            "case $* in *--array=0-[4-9]*) echo 'sbatch: error: Batch job submission failed: Invalid job array specification' >&2; "
                + "exit 1 ;; esac"
        );
        var requests = Enumerable.Range(0, 8).Select(i => world.Order("t" + i)).ToArray();
        world.Submit(requests);
        CollectionAssert.AreEqual((string[])["1_0", "1_1", "1_2", "1_3", "2_0", "2_1", "2_2", "2_3"], world.Jobs);
        foreach (var job in world.Jobs)
        {
            world.Run(job);
        }

        world.Pass(20);
        foreach (var request in requests)
        {
            Assert.AreEqual(0, world.Ended(request).ExitCode);
        }
    }

    [TestMethod]
    public void No_more_than_the_sites_rate_of_submissions_goes_out()
    {
        using var world = new ClusterWorld { SubmitRate = 2 };
        world.Start();
        for (var i = 0; i < 5; i++)
        {
            world.Operator.Start(world.Order("t" + i, with: t => t with { Cores = i + 2 }));
        }

        world.Cluster.RunOnce();
        Assert.HasCount(2, world.Jobs);
        world.Pass(59);
        Assert.HasCount(2, world.Jobs);
        world.Pass(6);
        Assert.HasCount(4, world.Jobs);
        world.Pass(65);
        Assert.HasCount(5, world.Jobs);
    }

    [TestMethod]
    public void A_shared_input_travels_once_and_outputs_logs_and_exit_codes_come_back()
    {
        using var world = new ClusterWorld(staged: true);
        long sent = 0;
        world.Shell.Next = call => call.Input is null ? null : Count(call);
        var input = world.Input("in/data.txt", new string('x', 10_000));
        var requests = Enumerable
            .Range(0, 20)
            .Select(i =>
                world.Order(
                    "t" + i,
                    command: "cat in/data.txt > out.txt; echo said; echo large > scratch.tmp",
                    with: t => t with { Outputs = ["out.txt"], DownloadExclude = ["*.tmp"] },
                    inputs: [input]
                )
            )
            .ToArray();
        world.Submit(requests);
        foreach (var job in world.Jobs)
        {
            world.Run(job);
        }

        Assert.IsLessThan(40_000, sent, "the file once, and some bytes for each folder");
        var calls = world.Shell.Calls;
        world.Pass(15);

        Assert.AreEqual(3, world.Shell.Calls - calls, "query, list, files");
        foreach (var request in requests)
        {
            Assert.HasCount(1, world.Ended(request).Outputs);
            Assert.AreEqual("said\n", File.ReadAllText(Path.Combine(request.Folder, "stdout.log")));
            Assert.StartsWith("0\n", File.ReadAllText(Path.Combine(request.Folder, "exit_code")));
            Assert.IsFalse(File.Exists(Path.Combine(request.WorkFolder, "scratch.tmp")));
            Assert.IsFalse(File.Exists(Path.Combine(request.WorkFolder, "in/data.txt")), "what was sent need not come back");
        }

        Fault? Count(MatterStack.Engine.Transports.Shell.ShellCall call)
        {
            using var counted = new MemoryStream();
            call.Input!(counted);
            sent += counted.Length;
            return null;
        }
    }

    [TestMethod]
    public void A_download_that_breaks_is_continued_and_ends_nothing_meanwhile()
    {
        using var world = new ClusterWorld(staged: true);
        var request = world.Order(command: "head -c 300000 /dev/zero > out.bin", with: t => t with { Outputs = ["out.bin"] });
        world.Submit(request);
        world.Run("1");
        world.Shell.Next = call => call.Output is null ? null : new Fault.CutAfter(100_000);
        world.Pass(15);
        world.NothingEnded();
        Assert.IsFalse(File.Exists(Path.Combine(request.WorkFolder, "out.bin")));

        world.Shell.Next = _ => null;
        world.Pass(30);
        Assert.AreEqual(300_000, world.Ended(request).Outputs[0].Size);
    }

    [TestMethod]
    public void A_secret_of_the_wiring_reaches_the_job_and_no_file_of_the_run()
    {
        using var world = new ClusterWorld();
        world.Secrets["TOKEN"] = "canary-4711 'quoted'";
        world.Env["API_TOKEN"] = "Bearer ${env:TOKEN}";
        world.Env["PLAIN"] = "visible";
        world.Options = new SlurmOptions { Account = "${env:TOKEN}" };
        world.Start();
        world.Submit(world.Order("a"), world.Order("b"));
        StringAssert.Contains(File.ReadAllText(world.In("twin/scripts/1.env")), "API_TOKEN=Bearer canary-4711 'quoted'");
        foreach (var file in Directory.EnumerateFiles(world.In("run"), "*", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain("canary", File.ReadAllText(file), file);
        }

        Assert.DoesNotContain("canary", File.ReadAllText(world.In("twin/scripts/1")));
    }

    [TestMethod]
    public void A_job_requests_the_memory_and_time_that_its_attempt_was_given()
    {
        using var world = new ClusterWorld();
        var request = world.Order(with: t => t with { MemoryGb = 2, RetryMemoryFactor = 1.5, MaxAttempts = 3 });
        Assert.AreEqual(2048, Site().GetResources(request).MemoryMib);
        var given = new GivenResources { MemoryGb = 3, TimeLimit = TimeSpan.FromMinutes(90) };
        var grown = Site().GetResources(request with { Given = given });
        Assert.AreEqual((3072, TimeSpan.FromMinutes(90)), (grown.MemoryMib, grown.TimeLimit));
    }

    [TestMethod]
    public void A_container_image_runs_through_the_sites_apptainer()
    {
        using var world = new ClusterWorld();
        var request = world.Order(command: "echo 'a b'", with: t => t with { Image = "docker://alpine:3" });
        var site = Site() with
        {
            Container = new ContainerOptions("apptainer", "/opt/apptainer", ["--bind=/scratch"]),
            Modules = ["lammps"],
            Setup = ["ulimit -s unlimited"],
        };
        var script = JobScript.BuildScript(request, site, site.GetResources(request), "ms-x", null);
        StringAssert.Contains(
            script,
            "'/opt/apptainer' exec --bind \"$TMPDIR\" '--bind=/scratch' 'docker://alpine:3' /bin/sh -c 'echo '\\''a b'\\'''\n"
        );
        StringAssert.Contains(script, "matterstack_load 'lammps'\n");
        StringAssert.Contains(script, "ulimit -s unlimited\n");
    }

    [TestMethod]
    public void The_containers_command_line_is_what_its_program_gets_and_its_exit_code_is_the_tasks()
    {
        using var world = new ClusterWorld();
        var engine = world.Program(
            "apptainer",
            "#!/bin/sh\nprintf '%s\\n' \"$@\" > arguments\nwhile [ \"$1\" != /bin/sh ]; do shift; done\nexec \"$@\"\n"
        );
        world.Container = new ContainerOptions("apptainer", engine, ["--bind=/scratch 1"]);
        world.Start();
        var request = world.Order(command: "echo \"it's $MATTERSTACK_TASK_ID\" > out.txt; exit 5", with: t =>
            t with
            {
                Image = "/images/my image.sif",
            }
        );
        world.Submit(request);
        world.Run("1");
        world.Pass(20);

        Assert.AreEqual(5, world.Ended(request).ExitCode);
        Assert.AreEqual("it's t\n", File.ReadAllText(Path.Combine(request.WorkFolder, "out.txt")));
        CollectionAssert.AreEqual(
            (string[])["exec", "--bind", request.Folder, "--bind=/scratch 1", "/images/my image.sif", "/bin/sh", "-c"],
            File.ReadAllLines(Path.Combine(request.WorkFolder, "arguments"))[..7]
        );
    }

    [TestMethod]
    [DataRow(null, "names no container engine")]
    [DataRow("docker", "names the engine docker, which jobs of a cluster cannot use")]
    [DataRow("apptainer", null)]
    public void An_image_is_refused_where_the_site_names_no_apptainer(string? engine, string? words)
    {
        var file = OperatorsFile
            .Parse(
                System.Text.Encoding.UTF8.GetBytes(
                    "operators: { hpc.default: { kind: hpc, backend: { type: slurm"
                        + (engine is null ? "" : $", container: {{ engine: {engine} }}")
                        + " } } }"
                ),
                "operators.yaml",
                Schedulers.Schema,
                outside: null
            )
            .GetValueOrThrow();
        using var world = new ClusterWorld();
        var task = world.Order(with: t => t with { Image = "docker://alpine:3" }).Task;

        var refusal = new HpcProvider(Schedulers.All, new LocalProvider("hpc")).FindRefusalReason(file.Operators[task.OperatorKey], task);

        Assert.AreEqual(words is null, refusal is null);
        StringAssert.Contains(refusal ?? "", words ?? "");
    }

    [TestMethod]
    public void Cancelling_reaches_the_queue_and_what_has_not_gone_out_does_not_go()
    {
        using var world = new ClusterWorld();
        var requests = new[] { world.Order("a"), world.Order("b"), world.Order("c") };
        world.Submit(requests[0], requests[1]);
        world.Operator.Start(requests[2]);
        world.Operator.Cancel(requests[1], "enough");
        world.Operator.Cancel(requests[2], "enough");
        world.Cluster.RunOnce();
        world.Pass(5);

        Assert.IsTrue(world.Ended(requests[1]).IsCancelled);
        Assert.AreEqual("enough", world.Ended(requests[1]).EndedBy);
        Assert.IsTrue(world.Ended(requests[2]).IsCancelled);
        Assert.IsNull(world.Last<Observation.Exited>(requests[0]));
        Assert.HasCount(2, world.Jobs);
    }

    [TestMethod]
    public void A_script_that_is_repeated_by_hand_leaves_the_recorded_exit_code()
    {
        using var world = new ClusterWorld();
        var request = world.Order(command: "exit ${CODE-0}");
        world.Submit(request);
        world.Run("1");
        var start = new System.Diagnostics.ProcessStartInfo("/bin/sh", [Path.Combine(request.Folder, "submit.sh")])
        {
            WorkingDirectory = "/",
        };
        start.Environment["CODE"] = "7";
        using var process = System.Diagnostics.Process.Start(start)!;
        process.WaitForExit();
        Assert.AreEqual(7, process.ExitCode);
        Assert.StartsWith("0\n", File.ReadAllText(Path.Combine(request.Folder, "exit_code")));
    }

    private static HpcSite Site() =>
        new() { Scheduler = new SlurmScheduler(new SlurmOptions(), text => text), ResolveSecrets = text => text };

    [TestMethod]
    [DataRow("Fe-10%Al", true)]
    [DataRow("50% Cu", true)]
    [DataRow("a \\ b", true)]
    [DataRow("it's \"$HOME\" `id` [a-b] {x};&é", false)]
    public void Logs_of_a_single_job_are_opened_by_the_job_where_Slurm_would_read_something_into_the_path(string folder, bool itself)
    {
        using var folders = new TempFolder(inMemory: true);
        folders.Write(folder + "/submit.sh", "");
        var slurm = new SlurmScheduler(new SlurmOptions(), text => text);
        folders.Write("bin/sbatch", "#!/bin/sh\necho \"$*\" >&2\necho 7\n");
        var script =
            $"cd {ShellText.Quote(folders.In(folder))} && PATH={ShellText.Quote(folders.In("bin"))}:$PATH && chmod +x ../bin/sbatch\n"
            + SubmitScript.BuildScript(slurm, new Submission("ms-x", null, null, SearchFirst: false, [], TimeSpan.FromSeconds(10)))
            + $"\ntrue\n";
        using var shell = new LocalShell(
            new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH")! },
            TimeProvider.System
        );
        var ended = (ShellResult.Ended)shell.Run(new ShellCall(script, TimeSpan.FromSeconds(60)), CancellationToken.None);
        Assert.AreEqual(itself ? "--parsable --output=/dev/null --error=/dev/null submit.sh" : "--parsable submit.sh", ended.Error.Trim());

        // And the job does.
        var start = (ShellResult.Ended)
            shell.Run(
                new ShellCall(
                    $"cd {ShellText.Quote(folders.In(folder))}\n{slurm.SingleJobStart}echo out; echo error >&2",
                    TimeSpan.FromSeconds(60)
                ),
                CancellationToken.None
            );
        Assert.AreEqual(itself ? "" : "out\n", start.Output);
        Assert.AreEqual(itself, File.Exists(folders.In(folder + "/stdout.log")));
    }

    [TestMethod]
    public void A_mask_that_takes_from_the_user_too_keeps_nothing_from_being_made()
    {
        using var folder = new TempFolder(inMemory: true);
        using var shell = new LocalShell(
            new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH")! },
            TimeProvider.System
        );
        var ended = (ShellResult.Ended)shell.Run(new ShellCall("umask -S", TimeSpan.FromSeconds(60)), CancellationToken.None);
        StringAssert.StartsWith(ended.Output, "u=rwx,");
        // As a log-in shell leaves it.
        var marked = new OutputMarkers().WrapScript($"cd {ShellText.Quote(folder.In(""))}; mkdir d; stat -c %a d", readsInput: false);
        using var process = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("/bin/sh", ["-c", "umask 0777\n" + marked]) { RedirectStandardOutput = true }
        )!;
        StringAssert.Contains(process.StandardOutput.ReadToEnd(), "\n700\n");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Members_of_an_array_find_their_folders_whatever_the_home_folder_of_the_node(bool staged)
    {
        using var world = new ClusterWorld(staged);
        var requests = Enumerable
            .Range(0, 2)
            .Select(i => world.Order("t" + i, command: "echo $MATTERSTACK_TASK_ID > o", with: t => t with { Outputs = ["o"] }))
            .ToArray();
        world.Submit(requests);
        // The path that begins in the home folder, or at the root, leads nowhere on this node.
        var script = File.ReadAllText(world.In("twin/scripts/1"));
        File.WriteAllText(world.In("twin/scripts/1"), script.Replace("|| cd -- ", "|| cd -- /nowhere/", StringComparison.Ordinal));
        world.Run("1_0");
        world.Run("1_1");
        world.Pass(20);
        Assert.AreEqual("o", world.Ended(requests[1]).Outputs.Single().Path);
    }

    [TestMethod]
    public void Members_of_an_array_find_their_folders_when_that_of_the_first_one_is_gone()
    {
        using var world = new ClusterWorld(staged: true);
        var requests = Enumerable
            .Range(0, 3)
            .Select(i =>
                world.Order("t" + i, command: i == 0 ? "cd ..; rm -rf \"$PWD\"" : "echo 1 > o", with: t => t with { Outputs = ["o"] })
            )
            .ToArray();
        world.Submit(requests);
        foreach (var job in world.Jobs)
        {
            world.Run(job);
        }

        world.Pass(20);
        Assert.AreEqual("o", world.Ended(requests[1]).Outputs.Single().Path);
        Assert.AreEqual("o", world.Ended(requests[2]).Outputs.Single().Path);
    }
}
