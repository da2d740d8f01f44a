using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Campaigns.Declarations.Fields;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Tests.Campaigns;

[TestClass]
public sealed class TaskReaderTests
{
    private static readonly SourcePosition Here = new("/campaign/c.proj", 7, 20);

    [TestMethod]
    public void Everything_a_task_can_say_is_read()
    {
        var task = Read(
            ("Command", "run it"),
            ("OperatorKey", " HPC "),
            ("DependsOn", "a;b;a"),
            ("Files", "x/*.in;y.txt=>z.txt"),
            ("Outputs", "out.txt"),
            ("Env", "A=1;B=x=y"),
            ("Cores", "4"),
            ("MemoryGb", "1.5"),
            ("Gpus", "1"),
            ("TimeLimitMinutes", "0.5"),
            ("Image", "img.sif"),
            ("AllowFailure", "TRUE"),
            ("AllowDependencyFailure", "true"),
            ("MaxAttempts", "3"),
            ("RetryMemoryFactor", "2"),
            ("Kind", "task"),
            ("Message", "m"),
            ("Parameters", "{\"p\":1}"),
            ("Cache", "false")
        );

        Assert.AreEqual("hpc.default", task.OperatorKey.Value);
        Assert.AreEqual("a b", string.Join(' ', task.DependsOn));
        Assert.AreEqual("x/*.in y.txt=>z.txt", string.Join(' ', task.Files));
        Assert.AreEqual("B:x=y", $"{task.Env[1].Key}:{task.Env[1].Value}");
        Assert.AreEqual((4, 1.5, 1, 0.5), (task.Cores, task.MemoryGb, task.Gpus, task.TimeLimitMinutes));
        Assert.AreEqual(
            (true, true, 3, 2.0, false),
            (task.AllowFailure, task.AllowDependencyFailure, task.MaxAttempts, task.RetryMemoryFactor, task.Cache)
        );
    }

    [TestMethod]
    public void A_gate_goes_to_people_and_an_experiment_to_instruments_unless_told_otherwise()
    {
        Assert.AreEqual("human.default", Read(("Kind", "Gate")).OperatorKey.Value);
        Assert.AreEqual("experiment.default", Read(("Kind", "Experiment")).OperatorKey.Value);
        Assert.AreEqual("local.default", Read(("Command", "c")).OperatorKey.Value);
    }

    [TestMethod]
    [DataRow("Cores", "0")]
    [DataRow("Cores", "1.5")]
    [DataRow("MemoryGb", "-1")]
    [DataRow("MemoryGb", "1,5")]
    [DataRow("TimeLimitMinutes", "NaN")]
    [DataRow("MaxAttempts", "many")]
    [DataRow("AllowFailure", "yes")]
    [DataRow("Kind", "Chore")]
    [DataRow("Kind", "1")]
    [DataRow("Parameters", "{broken")]
    [DataRow("Env", "1A=b")]
    [DataRow("Env", "novalue")]
    [DataRow("Env", "MATTERSTACK_RUN_ID=mine")]
    [DataRow("OperatorKey", "hpc/default")]
    [DataRow("DependsOn", "a b")]
    [DataRow("Files", "*.txt=>one.txt")]
    public void An_illegal_value_is_an_error_that_names_task_metadata_and_value(string name, string value)
    {
        var problem = Problems("t", ("Command", "c"), (name, value)).Single();

        Assert.AreEqual(CampaignCodes.IllegalMetadata, problem.Code);
        Assert.AreEqual(Here, problem.Position);
        StringAssert.Contains(problem.Message, "'t'");
        StringAssert.Contains(problem.Message, name);
        StringAssert.Contains(problem.Message, value);
    }

    [TestMethod]
    [DataRow("Files", "../secret")]
    [DataRow("Files", "/etc/passwd")]
    [DataRow("Files", "~/x")]
    [DataRow("Files", "a/../../b")]
    [DataRow("Files", "ok.txt=>../x")]
    [DataRow("Outputs", "../../other/work/out")]
    [DataRow("Outputs", "/tmp/x")]
    public void A_path_that_leaves_the_folder_is_an_error(string name, string value) =>
        Assert.AreEqual(CampaignCodes.PathOutside, Problems("t", ("Command", "c"), (name, value)).Single().Code);

    [TestMethod]
    [DataRow("a/b")]
    [DataRow("..")]
    [DataRow("-a")]
    [DataRow("")]
    [DataRow("a b")]
    [DataRow("ä")]
    [DataRow("eos_%(Element.Identity)")]
    public void An_id_that_cannot_be_a_folder_is_an_error(string id) =>
        Assert.AreEqual(CampaignCodes.IllegalTaskId, Problems(id, ("Command", "c")).Single().Code);

    [TestMethod]
    [DataRow("A=x ", "x ")]
    [DataRow("A= x\t", " x\t")]
    [DataRow("\n  A=x \n    ", "x ")]
    [DataRow("A=", "")]
    [DataRow("A=  ", "  ")]
    public void Blanks_around_a_value_of_the_environment_are_kept_and_the_layout_of_the_file_is_not(string entry, string value) =>
        Assert.AreEqual(
            value,
            TaskParser
                .Read([
                    new DeclaredTask(
                        "t",
                        new Dictionary<string, IReadOnlyList<string>> { ["Command"] = ["c"], ["Env"] = [entry, "\n   "] }
                    ),
                ])
                .Value.Single()
                .Env.Single()
                .Value
        );

    [TestMethod]
    public void All_errors_of_all_tasks_come_at_once() =>
        Assert.HasCount(3, TaskParser.Read([Declare("a b"), Declare("c"), Declare("d", ("Command", "c"), ("Cores", "x"))]).Problems);

    private static CampaignTask Read(params (string, string)[] metadata) => TaskParser.Read([Declare("t", metadata)]).Value.Single();

    private static IReadOnlyList<Problem> Problems(string id, params (string, string)[] metadata) =>
        TaskParser.Read([Declare(id, metadata)]).Problems;

    private static DeclaredTask Declare(string id, params (string Name, string Value)[] metadata) =>
        new(
            id,
            new DeclaredMetadata(
                metadata.ToDictionary(m => m.Name, m => (IReadOnlyList<string>)(TaskFields.IsList(m.Name) ? m.Value.Split(';') : [m.Value]))
            ),
            Here
        );
}
