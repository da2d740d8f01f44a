namespace MatterStack.Acceptance.Slurm;

/// <summary>Jobs of a real Slurm whose nodes have Lmod or Environment Modules, as Debian packages them.</summary>
[TestClass]
public sealed class ModuleTests
{
    private const string Tasks = """
          <ItemGroup>
            <CampaignTask Include="one" OperatorKey="hpc.one" Command="echo &quot;$CODE $NEEDS $LOADEDMODULES&quot;; case $PATH in /opt/code/1.0/bin:*) ;; *) exit 1 ;; esac" />
            <CampaignTask Include="more" OperatorKey="hpc.more" Command="echo &quot;$CODE ${BASH_VERSION:+bash}&quot;" />
            <CampaignTask Include="unknown" OperatorKey="hpc.unknown" AllowFailure="true" Command="echo never" />
            <CampaignTask Include="rival" OperatorKey="hpc.rival" AllowFailure="true" Command="echo never" />
            <CampaignTask Include="broken" OperatorKey="hpc.broken" AllowFailure="true" Command="echo never" />
          </ItemGroup>
        """;

    [TestMethod]
    [DataRow("lmod", "dash", "package")]
    [DataRow("lmod", "bash", "site")]
    [DataRow("lmod", "dash", "bash_env")]
    [DataRow("environment-modules", "dash", "site")]
    [DataRow("environment-modules", "bash", "package")]
    [DataRow("environment-modules", "bash", "bash_env")]
    public void Modules_of_a_job_work_as_for_a_person_who_logs_in(string package, string shell, string start)
    {
        using var root = new ModuleRoot(package, "/bin/" + shell, ownInit: start == "package");
        var init = package == "lmod" ? "/usr/share/lmod/lmod/init/bash" : "/usr/share/modules/init/bash";
        var use = $"[[ -d '{root.Modules}' ]] && module use '{root.Modules}'\n";
        switch (start)
        {
            // After the package's own file: a person gets the path of both.
            case "package":
                root.AddProfile("zz-our-site.sh", $"export MODULEPATH=\"$MODULEPATH:{root.Modules}\"\ncd /\nexit 3\n");
                break;
            case "site":
                root.AddProfile("00-cluster.sh", $". {init}\n{use}export TMPDIR=/nowhere\n");
                break;
            default:
                root.AddProfile("bash_env", $". {init}\n{use}");
                break;
        }

        using var cluster = PlainSlurm.Start(before: root.Enter);
        using var campaign = cluster.Campaign(Tasks);
        campaign.Environment["BASH_ENV"] = start == "bash_env" ? "/etc/profile.d/bash_env" : "";
        string[] operators =
        [
            Operator("one", "modules: [code/1.0, needs]"),
            Operator("more", "modules: [code/1.0], setup: ['module load code/2.0 || exit 9']"),
            Operator("unknown", "modules: [code, 'nothing/7']"),
            Operator("rival", "modules: [code, rival]"),
            Operator("broken", "modules: [broken]"),
        ];
        campaign.Write("operators.yaml", "operators:\n" + string.Concat(operators));

        campaign.Build("Loop").Says("COMPLETED");

        var run = campaign.Run();
        Assert.AreEqual("one yes code/1.0:needs\n", run.File("one", "stdout.log"), run.File("one", "stderr.log"));
        Assert.AreEqual(shell == "bash" ? "two bash\n" : "two \n", run.File("more", "stdout.log"));
        foreach (
            var (task, words, reason) in new[]
            {
                ("unknown", "nothing/7", "exit code 125 (module 'nothing/7' could not be loaded)"),
                ("rival", "code", "exit code 125 (module 'rival' could not be loaded)"),
                ("broken", "the licence server is down", "exit code 125 (module 'broken' could not be loaded)"),
            }
        )
        {
            Assert.AreEqual(reason, run.Attempt(task, "reason"));
            Assert.AreEqual("", run.File(task, "stdout.log"));
            StringAssert.Contains(run.File(task, "stderr.log"), words);
        }
    }

    [TestMethod]
    [DataRow("lmod")]
    [DataRow("environment-modules")]
    public void A_module_that_another_version_replaces_is_not_taken_for_loaded(string package)
    {
        using var root = new ModuleRoot(package, shell: null);
        root.AddProfile("zz-cluster.sh", $"module use '{root.Modules}'\n");
        using var cluster = PlainSlurm.Start(before: root.Enter);
        using var campaign = cluster.Campaign(
            """<ItemGroup><CampaignTask Include="both" OperatorKey="hpc.both" AllowFailure="true" Command="echo $CODE" /></ItemGroup>"""
        );
        campaign.Write("operators.yaml", "operators:\n" + Operator("both", "modules: [code/1.0, code/2.0]"));

        campaign.Build("Loop").Says("COMPLETED");

        // Lmod keeps one version of a name; Environment Modules loads both unless a modulefile says that they conflict.
        var run = campaign.Run();
        Assert.AreEqual(
            package == "lmod" ? "exit code 125 (module 'code/1.0' is not loaded any more: a later module replaced it)" : "",
            run.Attempt("both", "reason")
        );
        Assert.AreEqual(package == "lmod" ? "" : "two\n", run.File("both", "stdout.log"));
    }

    private static string Operator(string name, string slurm) =>
        $"  hpc.{name}: {{ kind: hpc, backend: {{ type: slurm, slurm: {{ poll_interval: \"00:00:01\", {slurm} }} }} }}\n";
}
