using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Slurm;

/// <summary>Shapes, partitions, memory of each core, single jobs and temporary folders on a real Slurm.</summary>
[TestClass]
public sealed class ShapeTests
{
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_task_says_what_it_needs_and_the_site_says_how(bool ssh)
    {
        RealSlurm.Need();
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="wide" OperatorKey="hpc.default" Nodes="2" Ranks="4" Cores="2" MemoryGb="1"
                              Command="scontrol show job $SLURM_JOB_ID; echo $SLURM_JOB_NUM_NODES $SLURM_NTASKS $SLURM_CPUS_PER_TASK $OMP_NUM_THREADS; echo $MATTERSTACK_NODES $MATTERSTACK_RANKS $MATTERSTACK_CORES $MATTERSTACK_MEMORY_GB; touch &quot;$TMPDIR/x&quot;; echo &quot;$TMPDIR&quot;; {launch} true" />
                <CampaignTask Include="a;b;c" OperatorKey="hpc.default" TimeLimitMinutes="2" Command="echo $SLURM_JOB_PARTITION $SLURM_ARRAY_TASK_ID $MATTERSTACK_TIME_LIMIT_SECONDS" />
              </ItemGroup>
            """
        );
        var scratch = Directory.CreateTempSubdirectory("matterstack-scratch-").FullName;
        campaign.Write(
            "operators.yaml",
            "launchers: { mpi: env }\n"
                + RealSlurm
                    .Wiring(ssh: ssh, more: ", memory_per: core, arrays: false")
                    .Replace(
                        "partition: main",
                        "partitions: [ { name: high, max_nodes: 1, max_time: '00:05:00', cores_per_node: 64 }, { name: main } ]",
                        StringComparison.Ordinal
                    )
                    .Replace("type: slurm", $"type: slurm\n    tmpdir: {scratch}/$SLURM_JOB_PARTITION", StringComparison.Ordinal)
        );
        Directory.CreateDirectory(Path.Combine(scratch, "high"));
        Directory.CreateDirectory(Path.Combine(scratch, "main"));
        try
        {
            campaign.Build("Loop").Succeeded().Says("COMPLETED");

            var run = campaign.Run();
            var said = run.File("wide", "stdout.log");
            StringAssert.Contains(said, "MinMemoryCPU=256M");
            StringAssert.Contains(said, "Partition=main");
            StringAssert.Contains(said, "\n2 4 2 2\n2 4 2 1\n");
            StringAssert.Contains(said, $"\n{scratch}/main/ms-{run.Attempt("wide", "attempt_id")}\n");
            Assert.IsEmpty(Directory.GetFileSystemEntries(Path.Combine(scratch, "main")));
            Assert.IsEmpty(Directory.GetFileSystemEntries(Path.Combine(scratch, "high")));
            foreach (var task in new[] { "a", "b", "c" })
            {
                Assert.AreEqual("high 120\n", run.File(task, "stdout.log"), "no index of an array");
                Assert.DoesNotContain("_", run.Attempt(task, "external_id"));
                Assert.AreEqual("""{"partition":"high"}""", run.Attempt(task, "given"));
            }

            campaign
                .Build("Explain", "-p:TaskId=wide")
                .Succeeded()
                .Says("asks for 2 nodes, 4 ranks of 2 cores, 1 GiB per node")
                .Says("partition main: row 2 of 2 is the first that fits; not high (2 nodes is more than max_nodes 1)");
            campaign.Build("Attempts").Succeeded().Says("partition high");
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    [TestMethod]
    public void A_cancelled_job_leaves_no_temporary_folder_and_one_whose_place_is_missing_fails_with_its_words()
    {
        RealSlurm.Need();
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="long" OperatorKey="hpc.default" Command="touch $TMPDIR/x; sleep 600" />
                <CampaignTask Include="lost" OperatorKey="hpc.other" AllowFailure="true" Command="true" />
              </ItemGroup>
            """
        );
        var scratch = Directory.CreateTempSubdirectory("matterstack-scratch-").FullName;
        campaign.Write(
            "operators.yaml",
            $$"""
            operators:
              hpc.default: { kind: hpc, backend: { type: slurm, tmpdir: {{scratch}}, slurm: { partition: main, poll_interval: "00:00:01" } } }
              hpc.other: { kind: hpc, backend: { type: slurm, tmpdir: $NOT_HERE, slurm: { partition: main, poll_interval: "00:00:01" } } }
            """
        );
        try
        {
            campaign.Build("Step").Succeeded();
            Wait.Until(() => Directory.GetFiles(scratch, "x", SearchOption.AllDirectories).Length == 1, "the job to begin");

            campaign.Build("CancelAttempt", "-p:AttemptId=" + campaign.Run().Attempt("long", "attempt_id")).Succeeded();
            campaign.Build("Loop");

            Wait.Until(() => Directory.GetFileSystemEntries(scratch).Length == 0, "the folder to go");
            var run = campaign.Run();
            Assert.AreEqual("125", run.Attempt("lost", "exit_code"));
            StringAssert.Contains(run.File("lost", "stderr.log"), "tmpdir '$NOT_HERE' of operators.yaml is empty here");
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    [TestMethod]
    public void A_task_that_fits_no_partition_is_an_error_of_the_build_at_its_place()
    {
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="gpu" OperatorKey="hpc.default" Gpus="1" Command="true" />
              </ItemGroup>
            """
        );
        campaign.Write(
            "operators.yaml",
            "operators: { hpc.default: { kind: hpc, backend: { type: slurm, slurm: { partitions: [ { name: short, max_nodes: 1 }, "
                + "{ name: gpu, gpu_types: [a100], max_cores: 0.5 } ] } } } }"
        );
        campaign.Build("Build").Failed("MATTER1012");
        campaign.Write(
            "operators.yaml",
            "operators: { hpc.default: { kind: hpc, backend: { type: slurm, slurm: { partitions: [ { name: short }, { name: long } ] "
                + "} } } }"
        );
        campaign
            .Build("Build")
            .Failed("MATTER2013")
            .Says("it fits no partition of 'hpc.default': short (1 GPU, and it has no gpu_types), long (1 GPU, and it has no gpu_types)");
    }
}
