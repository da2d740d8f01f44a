using System.Diagnostics;
using MatterStack.Engine.Driving;

namespace MatterStack.Engine.Tests.Driving;

/// <summary>The script of a driver in a real shell. A program of the test's own stands for <c>dotnet</c> and for <c>crontab</c>, and notes
/// how it was called.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class DriverScriptTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly DriverPlan _plan;

    public DriverScriptTests()
    {
        var run = _folder.In($"it's a 100% $HOME caf\u00e9/runs/{Plans.Id}");
        _folder.Write("it's a 100% $HOME caf\u00e9/metals.proj", "<Project />");
        _folder.Write("it's a 100% $HOME caf\u00e9/runs/.lock", "");
        Program("dotnet", $"printf '%s\\n' \"$@\" > '{_folder.In("asked")}'; env > '{_folder.In("env")}'; [ ! -e /proc/self/fd/9 ]");
        Program("crontab", $"if [ \"$1\" = -l ]; then cat '{_folder.In("table")}'; else cat \"$1\" > '{_folder.In("table")}'; fi");
        _plan = Plans.Create(DriverKind.Cron, _folder.In("home"), run) with
        {
            ProjectFile = _folder.In("it's a 100% $HOME caf\u00e9/metals.proj"),
            Dotnet = _folder.In("bin/dotnet"),
            Environment =
            [
                new("HOME", _folder.In("home")),
                new("ODD", "a'b \"c\" $HOME %"),
                new("PATH", _folder.In("bin") + ":/usr/bin:/bin"),
            ],
            Properties = [new("MatterStackRunsDirectory", "/a b;c"), new("MatterStackWorkspace", "x")],
        };
        _folder.Write("table", "0 3 * * * backup\n" + CrontabText.FormatEntry(_plan));
        _folder.Write(Path.Combine(run, "state.sqlite"), "");
        _folder.Write(Path.Combine(run, "driver", "current"), _plan.Identity + "\n");
        _folder.Write(_plan.ScriptFile, DriverScript.Build(_plan));
    }

    private bool HasTicked => File.Exists(_folder.In("asked"));

    private bool IsRemoved => File.ReadAllText(_folder.In("table")) == "0 3 * * * backup\n" && !File.Exists(_plan.ScriptFile);

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void A_call_is_one_tick_in_the_environment_of_the_driver_and_of_no_other()
    {
        Assert.AreEqual(0, Call(("SLURM_JOB_ID", "1"), ("SSH_AUTH_SOCK", "/tmp/x")), Log());

        Assert.AreEqual(
            $"build|{_plan.ProjectFile}|--no-restore|-nologo|-tl:off|-clp:NoSummary|-v:m|-m:1|-nr:false|-t:Drive|-p:RunId={Plans.Id}|"
                + "-p:DriverTick=cron@login1|-p:Every=00:01:00|-p:MatterStackRunsDirectory=\"/a b;c\"|-p:MatterStackWorkspace=x",
            string.Join('|', File.ReadAllLines(_folder.In("asked")))
        );
        var given = File.ReadAllLines(_folder.In("env")).Where(line => line.Split('=')[0] is not ("PWD" or "_" or "SHLVL" or "OLDPWD"));
        Assert.AreEqual(
            string.Join('\n', _plan.Environment.Select(pair => $"{pair.Key}={pair.Value}")),
            string.Join('\n', given.Order(StringComparer.Ordinal))
        );
        Assert.IsFalse(IsRemoved);
    }

    [TestMethod]
    public void A_call_before_its_time_does_nothing_unless_the_run_has_changed()
    {
        var next = _folder.Write(Path.Combine(_plan.Run.Path, "driver", "next"), "99999999999\n");
        File.SetLastWriteTimeUtc(_plan.Run.StoreFile, DateTime.UtcNow - TimeSpan.FromMinutes(1));
        Assert.AreEqual(0, Call());
        Assert.IsFalse(HasTicked);

        File.SetLastWriteTimeUtc(next, DateTime.UtcNow - TimeSpan.FromMinutes(2));
        Assert.AreEqual(0, Call());
        Assert.IsTrue(HasTicked, "another command has changed the store");
    }

    [TestMethod]
    [DataRow("cron@login2\n", DisplayName = "another machine drives the run")]
    [DataRow(null, DisplayName = "no driver drives the run")]
    public void A_driver_that_the_run_does_not_name_removes_itself_without_a_tick(string? current)
    {
        var file = Path.Combine(_plan.Run.Path, "driver", "current");
        File.Delete(file);
        if (current is not null)
        {
            File.WriteAllText(file, current);
        }

        Assert.AreEqual(0, Call());

        Assert.IsFalse(HasTicked);
        Assert.IsTrue(IsRemoved);
    }

    [TestMethod]
    [DataRow("run")]
    [DataRow("runs")]
    [DataRow("workspace")]
    [DataRow("project")]
    [DataRow("driver")]
    public void A_driver_whose_run_is_gone_removes_itself(string gone)
    {
        switch (gone)
        {
            case "run":
                Directory.Delete(_plan.Run.Path, recursive: true);
                break;
            case "runs":
                Directory.Delete(Path.GetDirectoryName(_plan.Run.Path)!, recursive: true);
                break;
            case "workspace":
                Directory.Delete(Path.GetDirectoryName(_plan.ProjectFile)!, recursive: true);
                break;
            case "project":
                File.Delete(_plan.ProjectFile);
                break;
            default:
                Directory.Delete(Path.Combine(_plan.Run.Path, "driver"), recursive: true);
                break;
        }

        Assert.AreEqual(0, Call());

        Assert.IsFalse(HasTicked);
        Assert.IsTrue(IsRemoved);
    }

    // The folder below which a file system was mounted is there, and empty.
    [TestMethod]
    public void A_driver_stays_while_the_file_system_of_its_run_is_not_mounted()
    {
        var workspace = Path.GetDirectoryName(_plan.ProjectFile)!;
        Directory.Move(workspace, _folder.In("away"));
        Directory.CreateDirectory(workspace);
        Assert.AreEqual(1, Call());
        Assert.IsFalse(IsRemoved);

        Directory.Delete(workspace);
        Directory.Move(_folder.In("away"), workspace);
        Assert.AreEqual(0, Call());
        Assert.IsTrue(HasTicked);
    }

    [TestMethod]
    public void A_driver_removes_itself_after_the_tick_that_ends_the_run()
    {
        var current = Path.Combine(_plan.Run.Path, "driver", "current");
        Program("dotnet", $"rm -f \"$(dirname '{_folder.In("x")}')\"/*/runs/*/driver/current");

        Assert.AreEqual(0, Call(), Log());

        Assert.IsFalse(File.Exists(current));
        Assert.IsTrue(IsRemoved);
    }

    [TestMethod]
    public void The_log_is_bounded_and_keeps_its_end()
    {
        var log = _folder.Write(
            Path.Combine(_plan.Run.Path, "driver", "driver.log"),
            new string('x', DriverScript.MaxLogBytes) + "\nlast line\n"
        );

        Assert.AreEqual(0, Call());

        var text = File.ReadAllText(log);
        Assert.IsLessThan(DriverScript.MaxLogBytes * 3 / 4, text.Length);
        StringAssert.Contains(text, "last line\n-- ");
    }

    [TestMethod]
    public void Dash_and_bash_read_every_kind_of_script()
    {
        foreach (var kind in DriverKindText.All)
        {
            var script = _folder.Write(
                "script.sh",
                DriverScript.Build(_plan with { Kind = kind, Follower = new FollowerOptions("a", ["--time=60"]) })
            );
            Assert.AreEqual((0, ""), Run("/bin/sh", "-n", script), kind.ToText());
        }
    }

    private int Call(params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo("/bin/sh", [_plan.ScriptFile]) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        // Cron sends all that a call prints as a mail.
        Assert.AreEqual("", process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd());
        process.WaitForExit();
        return process.ExitCode;
    }

    private static (int Code, string Said) Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, said);
    }

    private string Log() => File.ReadAllText(Path.Combine(_plan.Run.Path, "driver", "driver.log"));

    private void Program(string name, string script)
    {
        var path = _folder.Write("bin/" + name, "#!/bin/sh\n" + script + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
