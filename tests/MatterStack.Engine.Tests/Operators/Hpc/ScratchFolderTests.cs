using System.Diagnostics;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Operators.Hpc;
using MatterStack.Engine.Operators.Hpc.Slurm;
using MatterStack.Engine.Operators.Local;
using MatterStack.Engine.Operators.Scripts;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>A site's <c>tmpdir</c> gives each attempt a folder of its own that goes with it, whatever the shell and the end.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class ScratchFolderTests : IDisposable
{
    private readonly ClusterWorld _world = new();

    public void Dispose() => _world.Dispose();

    [TestMethod]
    [DataRow("dash", true)]
    [DataRow("bash", true)]
    [DataRow("dash", false)]
    [DataRow("bash", false)]
    public void The_command_has_a_private_folder_there_which_is_gone_afterwards(string shell, bool local)
    {
        foreach (var code in new[] { 0, 5 })
        {
            var place = Place("scratch");
            var request = _world.Order(
                command: "stat -c %a \"$TMPDIR\"; echo \"$TMPDIR\"; mkdir \"$TMPDIR/a b\"; chmod 500 \"$TMPDIR/a b\"; touch work.txt; "
                    + $"exit {code}"
            );

            var (exit, output, _) = Run(shell, request, local, "$SITE_SCRATCH", place);

            Assert.AreEqual(code, exit);
            Assert.AreEqual($"700\n{place}/ms-{request.Attempt}\n", output);
            Assert.StartsWith($"{code}\n", File.ReadAllText(Path.Combine(request.Folder, "exit_code")));
            Assert.AreEqual($"{place}/ms-{request.Attempt}\n", File.ReadAllText(Path.Combine(request.Folder, "tmpdir")));
            Assert.IsTrue(File.Exists(Path.Combine(request.WorkFolder, "work.txt")));
            Assert.IsEmpty(Directory.GetFileSystemEntries(place));
        }
    }

    [TestMethod]
    [DataRow("dash", true)]
    [DataRow("bash", true)]
    [DataRow("dash", false)]
    [DataRow("bash", false)]
    public void A_signal_that_ends_the_script_removes_it_and_still_ends_the_script(string shell, bool local)
    {
        var place = Place("scratch");
        // The whole group gets the signal, as from a scheduler and from the engine.
        var request = _world.Order(command: "touch \"$TMPDIR/x\"; kill -s TERM 0; sleep 60");

        var (exit, _, _) = Run(shell, request, local, "$SITE_SCRATCH", place);

        Assert.AreEqual(128 + 15, exit, "the end looks like a signal, and not like an exit code of the command");
        Assert.IsEmpty(Directory.GetFileSystemEntries(place));
    }

    [TestMethod]
    [DataRow("$NOT_SET_ANYWHERE", null, "tmpdir '$NOT_SET_ANYWHERE' of operators.yaml is empty here")]
    [DataRow("relative/place", null, "tmpdir 'relative/place' of operators.yaml is not an absolute path here: relative/place")]
    [DataRow("$SITE_SCRATCH", "missing", "tmpdir '$SITE_SCRATCH' of operators.yaml cannot be used here: no folder can be made in")]
    [DataRow("$SITE_SCRATCH", "a file", "tmpdir '$SITE_SCRATCH' of operators.yaml cannot be used here: no folder can be made in")]
    public void A_place_that_cannot_be_used_fails_the_attempt_with_its_own_words(string tmpdir, string? kind, string words)
    {
        var place = _world.In("scratch/" + (kind ?? "unused"));
        if (kind == "a file")
        {
            Place("scratch");
            File.WriteAllText(place, "");
        }

        foreach (var shell in new[] { "dash", "bash" })
        {
            foreach (var local in new[] { true, false })
            {
                var request = _world.Order(command: "echo it ran");
                var (exit, output, errors) = Run(shell, request, local, tmpdir, place);
                Assert.AreEqual(125, exit);
                Assert.AreEqual("", output);
                StringAssert.Contains(errors, words);
                Assert.StartsWith("125\n", File.ReadAllText(Path.Combine(request.Folder, "exit_code")));
            }
        }
    }

    [TestMethod]
    [DataRow("a b")]
    [DataRow("*")]
    [DataRow("it's $HOME `id`")]
    public void Blanks_and_stars_are_names(string name)
    {
        var place = Place("scratch/" + name);
        Place("scratch/other");
        foreach (var shell in new[] { "dash", "bash" })
        {
            var request = _world.Order(command: "echo \"$TMPDIR\"; touch \"$TMPDIR/x\"");
            var (exit, output, _) = Run(shell, request, local: true, "$SITE_SCRATCH", place);
            Assert.AreEqual(0, exit);
            Assert.AreEqual($"{place}/ms-{request.Attempt}\n", output);
            Assert.IsEmpty(Directory.GetFileSystemEntries(place));
        }
    }

    [TestMethod]
    public void A_place_in_the_home_folder_is_found_there()
    {
        var home = Place("home");
        Place("home/scratch");
        var request = _world.Order(command: "echo \"$TMPDIR\"");
        var (_, output, _) = Run("dash", request, local: true, "~/scratch", "", home);
        Assert.AreEqual($"{home}/scratch/ms-{request.Attempt}\n", output);
    }

    [TestMethod]
    public void A_folder_that_an_earlier_start_of_the_same_job_left_is_made_anew()
    {
        var place = Place("scratch");
        var request = _world.Order(command: "ls \"$TMPDIR\"");
        Place($"scratch/ms-{request.Attempt}/left");
        var (exit, output, _) = Run("dash", request, local: false, "$SITE_SCRATCH", place);
        Assert.AreEqual(0, exit);
        Assert.AreEqual("", output);
    }

    [TestMethod]
    public void Who_repeats_the_script_by_hand_does_not_take_the_folder_of_the_attempt()
    {
        var place = Place("scratch");
        var request = _world.Order(command: "echo \"$TMPDIR\"");
        Place($"scratch/ms-{request.Attempt}");
        var (_, output, _) = Run("dash", request, local: true, "$SITE_SCRATCH", place, byHand: true);
        StringAssert.StartsWith(output, $"{place}/ms-{request.Attempt}-");
        CollectionAssert.AreEqual((string[])[$"{place}/ms-{request.Attempt}"], Directory.GetFileSystemEntries(place));
        Assert.IsFalse(File.Exists(Path.Combine(request.Folder, "tmpdir")));
    }

    [TestMethod]
    public void Modules_and_setup_see_it_and_the_program_and_containers_still_find_the_attempts_folder()
    {
        var request = _world.Order(command: "dotnet {campaign}; true") with { ProgramPath = "program/c.dll" };
        request = request with { };
        var site = Site("$SITE_SCRATCH") with { Setup = ["echo \"setup $TMPDIR\""] };
        var script = JobScript.BuildScript(request, site, site.GetResources(request), "ms-x", null);
        Assert.IsLessThan(
            script.IndexOf("echo \"setup", StringComparison.Ordinal),
            script.IndexOf("export TMPDIR", StringComparison.Ordinal)
        );

        var image = _world.Order(with: t => t with { Image = "i.sif", Command = "true" });
        site = site with { Container = new ContainerOptions("apptainer", null, []) };
        StringAssert.Contains(
            JobScript.BuildScript(image, site, site.GetResources(image), "ms-x", null),
            "'apptainer' exec --bind \"$matterstack_folder\" --bind \"$TMPDIR\" 'i.sif' /bin/sh -c 'true'\n"
        );
        foreach (var engine in new[] { "docker", "podman" })
        {
            StringAssert.Contains(
                ContainerCommand.BuildCommand(
                    new ContainerOptions(engine, null, []),
                    "i",
                    new SiteCommand("true", []),
                    image.Task,
                    null,
                    "$SITE_SCRATCH"
                ),
                "--mount type=bind,source=\"$matterstack_folder\",target=\"$matterstack_folder\" "
                    + "--mount type=bind,source=\"$TMPDIR\",target=\"$TMPDIR\" "
            );
        }
    }

    [TestMethod]
    public void Without_it_the_scripts_are_as_always()
    {
        var request = _world.Order(command: "echo x", with: t => t with { Env = [new("A", "1")] });
        var site = new HpcSite { Scheduler = new SlurmScheduler(new SlurmOptions(), text => text), ResolveSecrets = text => text };
        foreach (
            var script in new[]
            {
                JobScript.BuildScript(request, site, site.GetResources(request), "ms-x", null),
                RunScript.CreateScript(request, null, new LocalOptions()),
            }
        )
        {
            StringAssert.Contains(script, "\nTMPDIR=$PWD\n");
            StringAssert.Contains(script, "\nexport TMPDIR\n");
            Assert.DoesNotContain("matterstack_folder", script);
            Assert.DoesNotContain("matterstack_scratch", script);
        }
    }

    private static HpcSite Site(string tmpdir) =>
        new()
        {
            Scheduler = new SlurmScheduler(new SlurmOptions(), text => text),
            ResolveSecrets = text => text,
            Tmpdir = tmpdir,
        };

    private string Place(string relative) => Directory.CreateDirectory(_world.In(relative)).FullName;

    private static (int Exit, string Output, string Errors) Run(
        string shell,
        AttemptRequest request,
        bool local,
        string tmpdir,
        string place,
        string? home = null,
        bool byHand = false
    )
    {
        Directory.CreateDirectory(request.WorkFolder);
        var site = Site(tmpdir);
        var text = local
            ? RunScript.CreateScript(request, null, new LocalOptions { Tmpdir = tmpdir })
            : JobScript.BuildScript(request, site, site.GetResources(request), "ms-x", null);
        File.WriteAllText(Path.Combine(request.Folder, "script.sh"), text);
        // The script is the leader of its own group, as each attempt is.
        var start = new ProcessStartInfo("setsid", ["--wait", shell, "./script.sh"])
        {
            WorkingDirectory = request.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["SITE_SCRATCH"] = place;
        start.Environment["SLURM_JOB_NAME"] = "ms-x";
        if (!byHand)
        {
            start.Environment["MATTERSTACK_ATTEMPT_ID"] = request.Attempt.Value;
        }

        if (home is not null)
        {
            start.Environment["HOME"] = home;
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
