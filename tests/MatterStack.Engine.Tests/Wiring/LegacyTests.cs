using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Tests.Wiring;

[TestClass]
public sealed class LegacyTests
{
    public const string Curc = """
        project: old things
        cluster:
          name: alpine
          ssh: { host: login.rc.example.edu, user: ada, key_path: ~/.ssh/cu_alpine }
          paths: { remote_workspace: /scratch/alpine/ada/runs, local_workspace: ./runs }
          slurm:
            account: 591
            partition: atesting
            qos: testing
            time: "00:01:00"
            ntasks: "4"
            modules: [module load lammps, gcc]
            mail_user: ada@example.edu
            job_name: legacy

        """;

    public const string Profiles = """
        profiles:
          here: { type: LOCAL, workspace_root: ./results, dry_run: false }
          alpine:
            type: slurm
            workspace_root: /scratch/ada
            ssh: { host: alpine, user: ada, port: 22 }
            slurm: { partition: amilan, time: 60 }

        """;

    private static readonly OperatorKey Hpc = OperatorKey.FromTrusted("hpc.default");

    [TestMethod]
    public void An_HPC_file_becomes_a_self_contained_operators_yaml()
    {
        var world = new WiringWorld().With("/site/curc.yaml", Curc);

        var wiring = world.Resolve(static request => request with { HpcConfig = "/site/curc.yaml" }).Value;

        Assert.AreEqual(WiringSource.LegacyHpcYaml, wiring.Source);
        CollectionAssert.AreEquivalent(
            new[] { "local.default", "hpc.default", "human.default", "experiment.default" },
            wiring.Operators.Operators.Keys.Select(static key => key.Value).ToArray()
        );
        var slurm = (Backend.Scheduler)wiring.Operators.Operators[Hpc].Backend;
        Assert.AreEqual("/scratch/alpine/ada/runs", slurm.WorkspaceRoot);
        Assert.AreEqual(("login.rc.example.edu", "ada", "~/.ssh/cu_alpine"), (slurm.Ssh!.Host, slurm.Ssh.User, slurm.Ssh.KeyPath));
        Assert.AreEqual(
            ("591", "atesting", "testing", "00:01:00", 4),
            (
                slurm.Options.GetText("account"),
                slurm.Options.GetText("partition"),
                slurm.Options.GetText("qos"),
                slurm.Options.GetText("time"),
                slurm.Options.GetInteger("ntasks")
            )
        );
        CollectionAssert.AreEqual(new[] { "lammps", "gcc" }, slurm.Options.GetList("modules").ToArray());
        CollectionAssert.AreEqual(new[] { "--mail-user=ada@example.edu" }, slurm.Options.GetList("options").ToArray());
        CollectionAssert.AreEquivalent(
            new[] { "project", "name", "local_workspace", "job_name" },
            wiring.Warnings.Select(static notice => notice.Message.Split('\'')[1]).ToArray()
        );
        var legacy = world.Json(WiringWorld.Metadata).GetProperty("legacy");
        Assert.AreEqual(
            ("hpc_yaml", "/site/curc.yaml", Sha256.ComputeTextHash(Curc).Hex),
            (legacy.GetProperty("kind").GetString(), legacy.GetProperty("path").GetString(), legacy.GetProperty("sha256").GetString())
        );
    }

    [TestMethod]
    [DataRow("/p.yaml", null, DisplayName = "ProfilesConfig")]
    [DataRow(null, "/ws/matterstack.yaml", DisplayName = "in the workspace")]
    [DataRow(null, "/matterstack.yml", DisplayName = "upwards")]
    [DataRow(null, "/home/ada/.matterstack/config.yaml", DisplayName = "in the home folder")]
    public void A_profile_is_found_where_it_used_to_be(string? given, string? searched)
    {
        var world = new WiringWorld().With(given ?? searched!, Profiles);

        var wiring = world.Resolve(request => request with { Profile = "alpine", ProfilesConfig = given }).Value;

        Assert.AreEqual(WiringSource.LegacyProfile, wiring.Source);
        Assert.AreEqual(given ?? searched, wiring.ResolvedPath);
        var slurm = (Backend.Scheduler)wiring.Operators.Operators[Hpc].Backend;
        Assert.AreEqual(("alpine", "amilan", "60"), (slurm.Ssh!.Host, slurm.Options.GetText("partition"), slurm.Options.GetText("time")));
        Assert.AreEqual("alpine", world.Json(WiringWorld.Metadata).GetProperty("legacy").GetProperty("name").GetString());
    }

    [TestMethod]
    public void The_nearest_file_wins_and_what_it_lacks_is_looked_up_in_the_home_folder()
    {
        var world = new WiringWorld()
            .With("/ws/matterstack.yaml", "profiles: { near: { type: local, workspace_root: /near } }\n")
            .With("/matterstack.yaml", "profiles: { near: { type: local, workspace_root: /far } }\n")
            .With(WiringWorld.Home + "/.matterstack/config.yaml", Profiles);

        var near = world.Keeper.ResolveWithoutRun(WiringWorld.Request with { Profile = "near" }).Value;
        var home = world.Keeper.ResolveWithoutRun(WiringWorld.Request with { Profile = "here" }).Value;

        Assert.AreEqual("/near", ((Backend.Local)near.Operators.Operators[Hpc].Backend).WorkspaceRoot);
        Assert.AreEqual("./results", ((Backend.Local)home.Operators.Operators[Hpc].Backend).WorkspaceRoot);
        ProblemAssert.Single(WiringCodes.UnknownProfile, world.Keeper.ResolveWithoutRun(WiringWorld.Request with { Profile = "nowhere" }));
    }

    [TestMethod]
    [DataRow("hpc")]
    [DataRow("profile")]
    [DataRow("backend")]
    public void A_run_continues_after_the_originals_were_deleted(string which)
    {
        var world = new WiringWorld()
            .With("/old/curc.yaml", Curc)
            .With("/old/p.yaml", Profiles)
            .With(WiringWorld.Default, "operators:\n  hpc.default: { kind: hpc, backend: { type: hpc_yaml, path: /old/curc.yaml } }\n");
        var first = world
            .Resolve(request =>
                which switch
                {
                    "hpc" => request with { HpcConfig = "/old/curc.yaml", WorkspaceDefault = "/none" },
                    "profile" => request with { Profile = "alpine", ProfilesConfig = "/old/p.yaml", WorkspaceDefault = "/none" },
                    _ => request,
                }
            )
            .Value;
        foreach (var file in new[] { "/old/curc.yaml", "/old/p.yaml", WiringWorld.Default })
        {
            world.Disk.DeleteFile(file);
        }

        var later = world.Resolve().Value;

        Assert.AreEqual(first.Hash, later.Hash);
        Assert.AreEqual(first.LegacyInputs[0], later.LegacyInputs[0]);
        Assert.IsInstanceOfType<Backend.Scheduler>(later.Operators.Operators[Hpc].Backend);
    }

    [TestMethod]
    public void An_operators_yaml_that_refers_to_other_files_is_written_out_again_and_means_the_same()
    {
        const string Text = """
            defaults: { max_concurrent_global: 9 }
            operators:
              hpc.default: { kind: hpc, max_concurrent: 3, backend: { type: hpc_yaml, path: curc.yaml } }
              hpc.alpine: { kind: hpc, backend: { type: profile, name: alpine } }
              human.default: { kind: human, operator_name: "Ada: \"the\" operator" }

            """;
        var world = new WiringWorld().With(WiringWorld.Default, Text).With("/ws/curc.yaml", Curc).With("/ws/matterstack.yaml", Profiles);

        var wiring = world.Resolve().Value;

        Assert.AreEqual(WiringSource.WorkspaceDefault, wiring.Source);
        Assert.AreNotEqual(Sha256.ComputeTextHash(Text), wiring.Hash);
        Assert.AreEqual(9, wiring.Operators.MaxConcurrentGlobal);
        Assert.AreEqual("Ada: \"the\" operator", wiring.Operators.Operators[OperatorKey.FromTrusted("human.default")].OperatorName);
        Assert.AreEqual(3, wiring.Operators.Operators[Hpc].MaxConcurrent);
        CollectionAssert.AreEqual(
            new[] { "operators_yaml", "hpc_yaml", "profile" },
            wiring.LegacyInputs.Select(static input => input.Kind).ToArray()
        );
        Assert.IsTrue(
            OperatorsFile.Parse(wiring.Bytes, "snapshot", Schedulers.Schema, outside: null).Value.HasSameMeaningAs(wiring.Operators)
        );
        Assert.IsFalse(world.Resolve().Value.Warnings.Any(static notice => notice.Code == WiringCodes.Drifted));
        // The same file again, as an argument, means the same.
        Assert.IsTrue(world.Resolve(static request => request with { OperatorsConfig = WiringWorld.Default }).IsSuccess);
        Assert.HasCount(1, world.Events);
    }

    [TestMethod]
    public void Mistakes_in_a_legacy_file_have_their_place_in_it()
    {
        var world = new WiringWorld().With(
            "/c.yaml",
            "cluster:\n  ssh: { user: ada, port: many }\n  paths: { remote_workspace: relative }\n  slurm: { options: { a: b } }\n"
        );

        var problems = world.Resolve(static request => request with { HpcConfig = "/c.yaml" }).Problems;

        Assert.AreEqual(
            "/c.yaml(2,27)/c.yaml(2,8)/c.yaml(3,30)/c.yaml(4,21)",
            string.Concat(problems.Select(static problem => problem.Position!.ToString()).Order(StringComparer.Ordinal))
        );
        Assert.AreEqual(
            "/c.yaml(3,30)",
            ProblemAssert
                .Single(
                    WiringCodes.BadValue,
                    world
                        .With("/c.yaml", "cluster:\n  ssh: { host: alpine }\n  paths: { remote_workspace: relative }\n")
                        .Resolve(static request => request with { HpcConfig = "/c.yaml" })
                )
                .Position!.ToString()
        );
        ProblemAssert.Single(
            WiringCodes.LegacyInvalid,
            world.With("/c.yaml", "something: else\n").Resolve(static request => request with { HpcConfig = "/c.yaml" })
        );
        ProblemAssert.Single(
            WiringCodes.YamlSyntax,
            world.With("/c.yaml", "cluster: [\n").Resolve(static request => request with { HpcConfig = "/c.yaml" })
        );
        Assert.AreEqual(0, world.Disk.Writes);
    }

    [TestMethod]
    [DataRow("mem: 4G", "memory_gb: 4")]
    [DataRow("mem: 2048", "memory_gb: 2")]
    [DataRow("mem: 1T", "memory_gb: 1024")]
    [DataRow("cpus-per-task: 8", "cores: 8")]
    [DataRow("walltime: '02:00:00'", "time: \"02:00:00\"")]
    [DataRow("nodes: '2'", "nodes: 2")]
    [DataRow("exclude: n7", "options: [\"--exclude=n7\"]")]
    public void Slurms_own_text_is_translated(string old, string today)
    {
        var world = new WiringWorld().With(
            "/c.yaml",
            $"cluster:\n  ssh: {{ host: a }}\n  paths: {{ remote_workspace: /x }}\n  slurm: {{ {old} }}\n"
        );

        var wiring = world.Resolve(static request => request with { HpcConfig = "/c.yaml" }).Value;

        Assert.Contains(today, world.Disk.Text(WiringWorld.Snapshot));
        Assert.IsEmpty(wiring.Warnings);
    }

    [TestMethod]
    public void A_secret_in_a_legacy_file_is_left_behind()
    {
        var world = new WiringWorld().With(
            "/c.yaml",
            Curc.Replace("user: ada,", "user: ada, password: hunter2,", StringComparison.Ordinal)
                .Replace("qos: testing", "api_token: hunter2", StringComparison.Ordinal)
        );

        var wiring = world.Resolve(static request => request with { HpcConfig = "/c.yaml" }).Value;

        Assert.DoesNotContain("hunter2", string.Concat(wiring.Warnings));
        foreach (var (path, _) in world.Disk.Files.Where(static file => file.Key.StartsWith(WiringWorld.Run, StringComparison.Ordinal)))
        {
            Assert.DoesNotContain("hunter2", world.Disk.Text(path), path);
        }
    }
}
