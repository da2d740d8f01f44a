using System.Text;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>Codes and launchers in jobs of a cluster.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class CodeJobTests : IDisposable
{
    private readonly ClusterWorld _world = new(staged: true);

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void A_job_has_the_sites_text_and_then_the_codes_and_the_version_comes_home()
    {
        var launcher = _world.Program("start", "#!/bin/sh\necho \"$1\" > launched; shift; exec \"$@\"\n");
        _world.Env["A"] = "site";
        _world.Env["B"] = "site";
        _world.Env["C"] = "site";
        _world.Setup = ["export D=$B-site"];
        Wire(
            $$"""
            launchers: { mpi: "{{launcher}} {ranks}/{nodes}/{cores}/{gpus}" }
            codes: { x: { command: sh -c, launcher: mpi, env: { B: code, C: code }, setup: ["D=$D-code"], version: "echo \"X $B\"" } }
            """
        );
        var request = _world.Order(command: "{code:x} 'echo $A $B $C $D > out'", with: task =>
            task with
            {
                Ranks = 4,
                Nodes = 2,
                Cores = 3,
                Gpus = 2,
                Env = [new("C", "task")],
                Outputs = ["out", "launched"],
            }
        );

        _world.Submit(request);
        _world.Run(_world.Jobs.Single());
        _world.Pass(20);

        var end = _world.Ended(request);
        Assert.AreEqual(0, end.ExitCode);
        Assert.AreEqual("site code task code-site-code\n", File.ReadAllText(Path.Combine(request.WorkFolder, "out")));
        Assert.AreEqual("4/2/3/2\n", File.ReadAllText(Path.Combine(request.WorkFolder, "launched")));
        Assert.AreEqual("x X code", string.Join(' ', end.CodeVersions.Select(static version => $"{version.Code} {version.Version}")));
        Assert.HasCount(1, Directory.GetFiles(_world.In("far"), "version", SearchOption.AllDirectories), "at the place of the job");
        Assert.IsFalse(Directory.Exists(_world.In("run/codes")));
    }

    [TestMethod]
    public void A_secret_of_a_code_comes_only_with_jobs_that_use_it()
    {
        _world.Secrets["KEY"] = "canary-4711";
        Wire("codes: { x: { command: x, env: { A_TOKEN: \"${env:KEY}\" } }, y: { command: y } }");
        var requests = new[] { _world.Order("a", command: "{code:x}"), _world.Order("b"), _world.Order("c", command: "{code:y}") };

        _world.Submit(requests);

        var jobs = _world.Jobs.Select(static job => job.Split('_')[0]).Distinct().ToList();
        Assert.HasCount(2, jobs, "an array has one environment");
        var environments = jobs.Select(job => File.ReadAllText(_world.In($"twin/scripts/{job}.env")));
        Assert.HasCount(1, environments.Where(static env => env.Contains("A_TOKEN=canary-4711", StringComparison.Ordinal)));
        foreach (var file in Directory.EnumerateFiles(_world.In("far"), "*", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain("canary", File.ReadAllText(file), file);
        }
    }

    private void Wire(string codes)
    {
        var bytes = Encoding.UTF8.GetBytes(codes + "\noperators: { hpc.default: { backend: { type: slurm } } }\n");
        var file = OperatorsFile.Parse(bytes, "operators.yaml", Schedulers.Schema, null).GetValueOrThrow();
        _world.Codes = file.Operators[OperatorKey.FromTrusted("hpc.default")].Codes;
        _world.Start();
    }
}
