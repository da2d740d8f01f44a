using MatterStack.Engine.Caching;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Tests.Caching;

/// <summary>What goes into a fingerprint, and what does not.</summary>
[TestClass]
public sealed class FingerprintTests
{
    private static readonly CampaignTask Plain = new()
    {
        Id = TaskId.FromTrusted("fit"),
        Command = "fit",
        Outputs = ["out.txt"],
    };

    public static IEnumerable<object[]> Counting =>
        [
            ["task is", Plain with { Id = TaskId.FromTrusted("other") }],
            ["command changed", Plain with { Command = "fit2" }],
            ["outputs changed", Plain with { Outputs = ["out.txt", "more.txt"] }],
            ["environment SEED is new", Plain with { Env = [new("SEED", "1")] }],
            ["cores changed", Plain with { Cores = 2 }],
            ["accelerators is new", Plain with { Gpus = 1 }],
            ["image is new", Plain with { Image = "image.sif" }],
            ["parameters is new", Plain with { Parameters = "{}" }],
            ["downloads is new", Plain with { DownloadExclude = ["*.tmp"] }],
            ["program is new", Plain with { Command = "{campaign} fit" }],
        ];

    public static IEnumerable<object[]> NotCounting =>
        [
            [Plain with { MemoryGb = 3 }],
            [Plain with { TimeLimitMinutes = 3 }],
            [Plain with { MaxAttempts = 3 }],
            [Plain with { RetryMemoryFactor = 2 }],
            [Plain with { AllowFailure = true }],
            [Plain with { AllowDependencyFailure = true }],
            [Plain with { OperatorKey = "local.other" }],
            [Plain with { Message = "m" }],
            [Plain with { DependsOn = [TaskId.FromTrusted("gone")] }],
        ];

    // A promise to caches that are kept: where it changes, the scheme must.
    [TestMethod]
    public void It_is_the_hash_of_lines_as_sha256sum_writes_them()
    {
        var text = string.Concat(
            new[]
            {
                ("command", "fit"),
                ("cores", "1"),
                ("operator", "operator"),
                ("outputs", "out.txt"),
                ("scheme", "1"),
                ("task", "fit"),
            }.Select(p => $"{Sha256.ComputeTextHash(p.Item2)}  {p.Item1}\n")
        );

        Assert.AreEqual(text, Of(Plain).Text);
        Assert.AreEqual("15d3d4361df5ea66740bc297b3ded1b62cb9ddb6a5fe8d4f4695af1da5897e75", Of(Plain).Hash.Hex);
    }

    [TestMethod]
    [DynamicData(nameof(Counting))]
    public void What_a_command_can_see_counts(string difference, CampaignTask task)
    {
        Assert.AreNotEqual(Of(Plain).Hash, Of(task).Hash);
        StringAssert.Contains(
            string.Join("; ", Of(task).DescribeDifferences(Of(Plain))).Replace("task changed", "task is", StringComparison.Ordinal),
            difference
        );
    }

    [TestMethod]
    [DynamicData(nameof(NotCounting))]
    public void What_only_schedules_or_describes_does_not_count(CampaignTask task) => Assert.AreEqual(Of(Plain).Text, Of(task).Text);

    [TestMethod]
    public void Files_count_by_the_name_and_the_content_that_the_command_sees()
    {
        var input = new StagedInput("in.txt", "data/in.txt", Sha256.ComputeTextHash("1"), false);
        var with = Of(Plain, [input]);

        Assert.AreEqual(with.Hash, Of(Plain, [input with { Source = "elsewhere/in.txt" }]).Hash);
        Assert.AreEqual(
            $"file in.txt changed ({Sha256.ComputeTextHash("1").Hex[..8]} -> {Sha256.ComputeTextHash("2").Hex[..8]})",
            Of(Plain, [input with { Content = Sha256.ComputeTextHash("2") }]).DescribeDifferences(with).Single()
        );
        Assert.AreEqual("executable file in.txt is new", Of(Plain, [input with { Executable = true }]).DescribeDifferences(with).Single());
        Assert.AreEqual(
            "file other.txt is new; file in.txt is gone",
            string.Join("; ", Of(Plain, [input with { Path = "other.txt" }]).DescribeDifferences(with))
        );
    }

    [TestMethod]
    public void What_dependencies_hand_over_counts_and_is_no_fingerprint_where_it_is_gone()
    {
        using var run = new TempFolder();
        run.Write("tasks/a@1/work/out.txt", "1");
        var handOver = new DependencyOutputs(
            TaskId.FromTrusted("a"),
            "tasks/a@1",
            [new OutputFile("out.txt", Sha256.ComputeTextHash("1"), 1)]
        );

        var fingerprint = TaskFingerprint.ComputeFingerprint(
            new PlannedTask(Plain, []),
            [handOver],
            run.Path,
            null,
            Sha256.ComputeTextHash("operator"),
            here: false
        )!;
        Assert.AreEqual("output out.txt of a is new", fingerprint.DescribeDifferences(Of(Plain)).Single());
        var again = TaskFingerprint.ComputeFingerprint(
            new PlannedTask(Plain, []),
            [handOver with { RelativeFolder = "tasks/a@1" }],
            run.Path + "/.",
            null,
            Sha256.ComputeTextHash("operator"),
            here: false
        )!;
        Assert.AreEqual(fingerprint.Hash, again.Hash);
        File.Delete(run.In("tasks/a@1/work/out.txt"));
        Assert.IsNull(
            TaskFingerprint.ComputeFingerprint(
                new PlannedTask(Plain, []),
                [handOver],
                run.Path,
                null,
                Sha256.ComputeTextHash("operator"),
                here: false
            )
        );
    }

    [TestMethod]
    public void Its_text_can_be_read_back_and_line_ends_of_the_project_do_not_count()
    {
        var fingerprint = Of(Plain with { Command = "a\nb" });

        Assert.AreEqual(fingerprint.Hash, Of(Plain with { Command = "a\r\nb" }).Hash);
        Assert.AreEqual(fingerprint.Hash, Fingerprint.Parse(fingerprint.Text)!.Hash);
        Assert.AreEqual(fingerprint.Hash, Sha256.ComputeTextHash(fingerprint.Text));
        Assert.IsNull(Fingerprint.Parse("no hash  command\n"));
    }

    [TestMethod]
    public void The_machine_counts_only_where_it_executes() =>
        Assert.AreEqual(
            "system is new",
            TaskFingerprint
                .ComputeFingerprint(new PlannedTask(Plain, []), [], "/run", null, Sha256.ComputeTextHash("operator"), here: true)!
                .DescribeDifferences(Of(Plain))
                .Single()
        );

    private static Fingerprint Of(CampaignTask task, params StagedInput[] inputs) =>
        TaskFingerprint.ComputeFingerprint(
            new PlannedTask(task, inputs),
            [],
            "/run",
            "program",
            Sha256.ComputeTextHash("operator"),
            here: false
        )!;
}
