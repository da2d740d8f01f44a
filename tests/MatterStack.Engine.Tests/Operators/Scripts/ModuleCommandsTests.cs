using System.Text;
using MatterStack.Engine.Operators.Scripts;
using MatterStack.Engine.Tests.Commands;
using MatterStack.Engine.Tests.Operators.Hpc;

namespace MatterStack.Engine.Tests.Operators.Scripts;

/// <summary>Modules of a job, in the shells that sites have as /bin/sh.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class ModuleCommandsTests : IDisposable
{
    private const string Dash = "/bin/dash";
    private const string Bash = "/bin/bash";

    // A bash that is called sh.
    private const string PosixBash = "/bin/bash --posix";

    private readonly ModuleSite _site = new();

    public void Dispose() => _site.Dispose();

    [TestMethod]
    [DataRow(Dash)]
    [DataRow(Bash)]
    [DataRow(PosixBash)]
    public void A_start_up_file_under_any_name_defines_the_command_and_its_path(string shell)
    {
        _site.WriteInit("opt/modules/init");
        _site.Write("etc/profile.d/zz-our-site.sh", "module use ROOT/mods\n");
        _site.Write("etc/profile.d/cluster.sh", ". ROOT/opt/modules/init\n");
        _site.WriteInit("system/init/sh");

        var (code, output, errors) = _site.Run(shell, ["code/1"], "echo \"$CODE\"; module load code/2; echo \"$CODE $LOADEDMODULES\"");

        // What 'module' prints is no output of the task.
        Assert.AreEqual((0, "noise of module load code/1\n"), (code, errors));
        Assert.AreEqual("1\nnoise of module load code/2\n2 code/1:code/2\n", output);
    }

    [TestMethod]
    [DataRow(Dash)]
    [DataRow(Bash)]
    [DataRow(PosixBash)]
    public void A_site_whose_files_are_for_bash_only_works_in_any_shell(string shell)
    {
        _site.Write(
            "etc/profile.d/site.sh",
            """
            declare -a folders=(ROOT/mods)
            module() {
              if [[ $1 == load && -e ${folders[0]}/$2 ]]; then source "${folders[0]}/$2"; export LOADEDMODULES+=:$2
              elif [[ $1 != list ]]; then echo "no $2 in ${folders[*]}" >&2; false; fi
            }
            """
        );
        Assert.AreEqual("1 :code/1\n", _site.Run(shell, ["code/1"], "echo \"$CODE $LOADEDMODULES\"").Output);
        Assert.AreEqual("2\n", _site.Run(shell, ["code/1"], "module load code/2; echo $CODE").Output);
        var (code, output, errors) = _site.Run(shell, ["code/3"], "echo never");
        Assert.AreEqual((125, ""), (code, output));
        Assert.AreEqual($"no code/3 in {_site.Root}/mods\nmatterstack: module 'code/3' could not be loaded\n", errors);
    }

    [TestMethod]
    [DataRow(Dash)]
    [DataRow(Bash)]
    [DataRow(PosixBash)]
    public void BASH_ENV_and_the_usual_places_are_looked_at_and_a_modulepath_of_a_start_up_file_counts(string shell)
    {
        _site.Write("etc/profile.d/z.sh", "export MODULEPATH=ROOT/mods\n");
        _site.WriteInit("elsewhere/bash_env");
        _site.Environment["BASH_ENV"] = "ROOT/elsewhere/bash_env";
        Assert.AreEqual("1\n", _site.Run(shell, ["code/1"], "echo $CODE").Output);

        _site.Environment.Clear();
        _site.WriteInit("usr/share/lmod/lmod/init/bash");
        Assert.AreEqual("1\n", _site.Run(shell, ["code/1"], "echo $CODE").Output);

        Directory.Delete(Path.Combine(_site.Root, "usr"), recursive: true);
        _site.WriteInit("opt/lmod/init/bash");
        _site.Environment["LMOD_PKG"] = "ROOT/opt/lmod";
        Assert.AreEqual("2\n", _site.Run(shell, ["code/2"], "echo $CODE").Output);

        _site.Environment.Clear();
        _site.WriteInit("opt/modules/init/bash");
        _site.WriteInit("opt/modules/init/sh");
        _site.Environment["MODULESHOME"] = "ROOT/opt/modules";
        Assert.AreEqual("2\n", _site.Run(shell, ["code/2"], "echo $CODE").Output);
    }

    [TestMethod]
    [DataRow(Dash)]
    [DataRow(Bash)]
    [DataRow(PosixBash)]
    public void A_start_up_file_does_not_disturb_the_job(string shell)
    {
        _site.WriteInit("etc/profile.d/modules.sh");
        _site.Write(
            "etc/profile.d/rude.sh",
            """
            export MODULEPATH=ROOT/mods
            echo words; echo more words >&2; cd /; umask 077; set -f; set -u; IFS=,; read -r line
            export TMPDIR=/scratch OMP_NUM_THREADS=1 LIST="site:$LIST" EMPTY=full NEW="it's \"a\" & b
            second \$HOME line" PATH=/site/bin:/usr/bin:/bin
            trap 'echo trapped' EXIT
            """
        );
        _site.Write("etc/profile.d/unread.sh", "export UNREAD=1\n");
        _site.Environment["PATH"] = "/mine/bin:/usr/bin:/bin";
        _site.Environment["TMPDIR"] = "/attempt";
        _site.Environment["OMP_NUM_THREADS"] = "4";
        _site.Environment["LIST"] = "job";
        _site.Environment["EMPTY"] = "";

        var before = _site.Run(shell, [], "umask; pwd; echo \"$-\"").Output;
        var (code, output, errors) = _site.Run(
            shell,
            ["code/2"],
            "umask; pwd; echo \"$-\"; echo \"$TMPDIR,$OMP_NUM_THREADS,$LIST,[$EMPTY],$NEW\"; echo \"$PATH\""
        );

        Assert.AreEqual((0, ""), (code, errors.Replace("noise of module load code/2\n", "", StringComparison.Ordinal)));
        Assert.AreEqual(before + "/attempt,4,site:job,[],it's \"a\" & b\nsecond $HOME line\n/site/bin:/mine/bin:/usr/bin:/bin\n", output);
    }

    [TestMethod]
    [DataRow(Dash)]
    [DataRow(Bash)]
    [DataRow(PosixBash)]
    public void A_start_up_file_that_ends_its_shell_leaves_what_was_defined_before(string shell)
    {
        _site.WriteInit("etc/profile.d/modules.sh");
        _site.Write("etc/profile.d/x.sh", "export MODULEPATH=ROOT/mods\nset -e\nfalse\n");
        Assert.AreEqual("2\n", _site.Run(shell, ["code/2"], "echo $CODE").Output);

        _site.Write("etc/profile.d/x.sh", "export MODULEPATH=ROOT/mods\n[ -n \"${PS1-}\" ] || exit 3\n");
        Assert.AreEqual("2\n", _site.Run(shell, ["code/2"], "echo $CODE").Output);

        _site.Write("etc/profile.d/x.sh", "export MODULEPATH=ROOT/mods\nif then (\n");
        Assert.AreEqual("2\n", _site.Run(shell, ["code/2"], "echo $CODE").Output);
    }

    [TestMethod]
    [DataRow(Dash, "")]
    [DataRow(Bash, "")]
    [DataRow(PosixBash, "")]
    [DataRow(Dash, "1")]
    [DataRow(Bash, "1")]
    [DataRow(PosixBash, "1")]
    public void A_module_that_is_not_loaded_ends_the_job_with_the_words_of_the_module_system(string shell, string old)
    {
        _site.WriteInit("etc/profile.d/modules.sh");
        _site.Write("etc/profile.d/x.sh", "export MODULEPATH=ROOT/mods\n");
        _site.Environment["OLD_MODULES"] = old;

        var (code, output, errors) = _site.Run(shell, ["code/1", "nope/3"], "echo never");

        Assert.AreEqual((125, ""), (code, output));
        Assert.AreEqual(
            "noise of module load code/1\nnoise of module load nope/3\nERROR: Unable to locate a modulefile for 'nope/3'\n"
                + "matterstack: module 'nope/3' could not be loaded\n",
            errors
        );
    }

    [TestMethod]
    [DataRow(Dash)]
    [DataRow(Bash)]
    [DataRow(PosixBash)]
    public void A_module_that_a_later_one_unloads_ends_the_job(string shell)
    {
        _site.WriteInit("etc/profile.d/modules.sh");
        _site.Write("etc/profile.d/x.sh", "export MODULEPATH=ROOT/mods\n");
        _site.Write("mods/other/1", "LOADEDMODULES=\n");

        var (code, output, errors) = _site.Run(shell, ["code", "other"], "echo never");

        Assert.AreEqual((125, ""), (code, output));
        StringAssert.EndsWith(errors, "matterstack: module 'code' is not loaded any more: a later module replaced it\n");
        Assert.AreEqual("1\n", _site.Run(shell, ["other", "code"], "echo $CODE").Output);
    }

    [TestMethod]
    [DataRow(Dash)]
    [DataRow(Bash)]
    [DataRow(PosixBash)]
    public void A_site_without_modules_is_told(string shell)
    {
        var (code, _, errors) = _site.Run(shell, ["code"], "echo never");
        Assert.AreEqual(125, code);
        StringAssert.StartsWith(errors, "matterstack: there is no command 'module' here");
    }

    [TestMethod]
    public void A_command_that_is_there_already_is_used_as_it_is()
    {
        _site.Write("etc/profile.d/x.sh", "touch ROOT/read\n");
        _site.Write("bin/module", "#!/bin/sh\nexit 0\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(_site.Root, "bin/module"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        _site.Environment["PATH"] = "ROOT/bin:/usr/bin:/bin";
        _site.Environment["MODULEPATH"] = "/anywhere";

        Assert.AreEqual((0, "ran\n", ""), _site.Run(Dash, ["code"], "echo ran"));
        Assert.IsFalse(File.Exists(Path.Combine(_site.Root, "read")));
    }

    [TestMethod]
    public void A_script_without_modules_contains_nothing_of_them()
    {
        var text = new StringBuilder();
        ModuleCommands.AppendLoads(text, []);
        Assert.AreEqual("", text.ToString());
    }

    [TestMethod]
    public void A_local_attempt_with_a_module_of_its_code_that_does_not_load_does_not_run_its_command()
    {
        using var world = new CommandWorld(inMemory: true);
        world.Write(
            "campaign/operators.yaml",
            "codes: { x: { command: touch, modules: [nothing/0] } }\noperators: { local.default: {} }\n"
        );
        world.Task("t", "{code:x} ran");

        Assert.IsFalse(world.Loop());

        // The machine of the test may have a module system of its own.
        Assert.MatchesRegex(
            "^exit code 125 \\((there is no command 'module' here: .*|module 'nothing/0' could not be loaded)\\)$",
            world.Query("SELECT reason FROM attempts").Single()!
        );
        Assert.IsFalse(File.Exists(world.Attempt("t@1/work/ran")));
    }

    [TestMethod]
    public void The_reason_of_an_attempt_names_the_module()
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        Directory.CreateDirectory(request.Folder);
        var log = Path.Combine(request.Folder, "stderr.log");
        File.WriteAllText(log, "ERROR: no such thing\nmatterstack: module 'nope' could not be loaded\n");

        Assert.AreEqual("module 'nope' could not be loaded", ModuleCommands.FindFailure(request, 125));
        Assert.IsNull(ModuleCommands.FindFailure(request, 1));

        // A command of the task may end with this code, too.
        File.WriteAllText(log, "docker: no such image\n");
        Assert.IsNull(ModuleCommands.FindFailure(request, 125));
    }
}
