using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Scripts;

namespace MatterStack.Engine.Tests.Operators.Scripts;

/// <summary>Files of earlier attempts in real shells: copied, checked, and removed again if they are no good.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class CarryScriptTests : IDisposable
{
    private static readonly CampaignTask Task = new()
    {
        Id = TaskId.FromTrusted("t"),
        OperatorKey = OperatorKey.FromTrusted("local.default"),
        Command = "c",
        Carry = ["state*", "out/final=>POSCAR"],
    };

    private readonly TempFolder _folder = new(inMemory: true);

    public static IEnumerable<object[]> Shells => ScriptRun.Shells.Select(static shell => new object[] { shell });

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DynamicData(nameof(Shells))]
    public void The_script_copies_what_is_as_it_was_recorded_and_restarts(string shell)
    {
        var (run, files) = CreateRun();

        Assert.AreEqual(
            0,
            run.Run(
                shell,
                Task,
                new CommandTexts("echo afresh; cat POSCAR", "echo restart; cat POSCAR 'state 1'", "true"),
                files,
                copies: true
            ),
            run.Errors
        );

        Assert.AreEqual("restart\nrelaxed\nthe state\n", run.Output);
        Assert.AreEqual("", run.Read(AttemptLayout.NotCarriedFile));
        Assert.AreEqual("declared", run.Read("replaced/POSCAR"));
        Assert.AreEqual(
            File.GetLastWriteTimeUtc(_folder.In("tasks/t@1/work/state 1")),
            File.GetLastWriteTimeUtc(Path.Combine(run.Folder, "work/state 1"))
        );
    }

    [TestMethod]
    [DynamicData(nameof(Shells))]
    public void Files_that_the_check_refuses_are_removed_and_replaced_inputs_come_back(string shell)
    {
        var (run, files) = CreateRun();

        var code = run.Run(
            shell,
            Task,
            new CommandTexts(
                "echo afresh $MATTERSTACK_CARRIED; ls; cat POSCAR",
                "echo restart",
                "echo torn; [ $MATTERSTACK_CARRIED = true ] && exit 3"
            ),
            files,
            copies: true
        );

        Assert.AreEqual(0, code, run.Errors);
        Assert.AreEqual("afresh false\nPOSCAR\ndeclared\n", run.Output);
        Assert.AreEqual("CarryIf ended with exit code 3", run.Read(AttemptLayout.NotCarriedFile));
        StringAssert.Contains(run.Errors, "torn\n");
        StringAssert.Contains(run.Errors, "begins afresh");
    }

    [TestMethod]
    [DataRow("gone", "state 1 is gone from its place")]
    [DataRow("other", "state 1 has changed since it was recorded")]
    [DataRow("same size", "state 1 has changed since it was recorded")]
    [DataRow("empty", "state 1 has changed since it was recorded")]
    [DataRow("link", "state 1 is gone from its place")]
    public void A_file_that_is_not_as_recorded_lets_the_attempt_begin_afresh(string change, string reason)
    {
        foreach (var shell in ScriptRun.Shells)
        {
            var (run, files) = CreateRun();
            var file = _folder.In("tasks/t@1/work/state 1");
            File.Delete(file);
            switch (change)
            {
                case "other":
                    File.WriteAllText(file, "something else");
                    break;
                case "same size":
                    File.WriteAllText(file, "the State\n");
                    break;
                case "empty":
                    File.WriteAllText(file, "");
                    break;
                case "link":
                    File.CreateSymbolicLink(file, _folder.Write("elsewhere", "the state\n"));
                    break;
                default:
                    break;
            }

            Assert.AreEqual(
                0,
                run.Run(shell, Task, new CommandTexts("echo afresh; cat POSCAR", "echo restart", null), files, copies: true),
                run.Errors
            );

            Assert.AreEqual("afresh\ndeclared\n", run.Output, shell);
            Assert.AreEqual(reason, run.Read(AttemptLayout.NotCarriedFile), shell);
            Directory.Delete(run.Folder, recursive: true);
        }
    }

    [TestMethod]
    public void A_job_that_the_scheduler_starts_again_copies_again_and_keeps_the_input()
    {
        var (run, files) = CreateRun();
        var texts = new CommandTexts("echo afresh; cat POSCAR", "echo changed > 'state 1'; cat POSCAR", "! [ -e ../refuse ]");
        run.Run("dash", Task, texts, files, copies: true);
        File.WriteAllText(Path.Combine(run.Folder, "refuse"), "");

        Assert.AreEqual(0, run.Run("dash", Task, texts, files, copies: true));

        Assert.AreEqual("afresh\ndeclared\n", run.Output);
        Assert.IsFalse(File.Exists(Path.Combine(run.Folder, "work/state 1")));
    }

    [TestMethod]
    public void The_cause_of_the_last_end_and_the_choice_are_in_the_environment()
    {
        var (run, files) = CreateRun();

        run.Run("dash", Task, new CommandTexts("echo $MATTERSTACK_CARRIED", null, null), files, copies: true);
        Assert.AreEqual("true\n", run.Output);
        run.Run("dash", Task, new CommandTexts("echo $MATTERSTACK_CARRIED", "echo restart", null));
        Assert.AreEqual("false\n", run.Output);
    }

    private (ScriptRun Run, IReadOnlyList<LeftFile> Files) CreateRun()
    {
        var run = new ScriptRun(_folder);
        _folder.Write("tasks/t@1/work/state 1", "the state\n");
        _folder.Write("tasks/t@1/work/out/final", "relaxed\n");
        File.SetLastWriteTimeUtc(_folder.In("tasks/t@1/work/state 1"), new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        _folder.Write("tasks/t@2/work/POSCAR", "declared\n");
        return (run, [CreateFile("state 1", "state 1", "the state\n"), CreateFile("POSCAR", "out/final", "relaxed\n")]);
    }

    private static LeftFile CreateFile(string path, string source, string content) =>
        new(path, source, Sha256.ComputeTextHash(content), content.Length, AttemptId.FromTrusted("first"), "")
        {
            OriginFolder = "tasks/t@1",
        };
}
