using System.Reflection;
using System.Text;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Campaigns.Declarations.Fields;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Tests.Campaigns;

/// <summary>The table of task fields: what each row must have. A new metadata needs a row in the table and a sample here.</summary>
[TestClass]
public sealed class TaskFieldsTests
{
    // Properties that are no metadata: the id is the item's Include, and the position is found.
    private static readonly string[] NoMetadata = ["Id", "DeclaredAt"];

    // The fingerprint of these fields consists of hashes of contents, not of the declared texts.
    private static readonly string[] CoveredByHash = ["OperatorKey", "DependsOn", "Files"];

    private static readonly Sha256 OperatorHash = Sha256.ComputeTextHash("operator");

    // A value for each metadata that differs from its default.
    private static readonly Dictionary<string, string> Samples = new()
    {
        ["Command"] = "run it",
        ["OperatorKey"] = "hpc.big",
        ["DependsOn"] = "a;b",
        ["Files"] = "x/*.in;y.txt=>z.txt",
        ["Outputs"] = "out.txt;*.log",
        ["Figures"] = "series.csv",
        ["Env"] = "A=1;B=x=y",
        ["Nodes"] = "2",
        ["Ranks"] = "6",
        ["Cores"] = "4",
        ["MemoryGb"] = "1.5",
        ["Gpus"] = "2",
        ["GpuType"] = "a100",
        ["Uses"] = "vasp_licence*2;furnace",
        ["TimeLimitMinutes"] = "0.5",
        ["Image"] = "image.sif",
        ["AllowFailure"] = "true",
        ["AllowDependencyFailure"] = "true",
        ["FailWhen"] = "stdout: SCF NOT CONVERGED => UNCONVERGED;OUTCAR: [a-z]+: no => NO",
        ["SucceedWhen"] = "OUTCAR: reached required accuracy",
        ["Priority"] = "-5",
        ["MaxAttempts"] = "3",
        ["RetryOn"] = "TIMEOUT;EXIT:42;EXIT:1-9;NODE_FAIL",
        ["RetryMemoryFactor"] = "2",
        ["RetryTimeFactor"] = "1.5",
        ["RetryDelay"] = "01:00:30",
        ["OnFailure"] = "hold",
        ["Carry"] = "restart.*;CONTCAR=>POSCAR",
        ["CarryIf"] = "check it",
        ["RestartCommand"] = "run it again",
        ["StopSignal"] = "TERM@120",
        ["Monitor"] = "watch it",
        ["MonitorEvery"] = "00:01:00",
        ["Columns"] = "element=Cu;strain=-2",
        ["Publish"] = "out.txt=>results/out.txt",
        ["Kind"] = "Gate",
        ["Message"] = "Continue?",
        ["Parameters"] = "{\"p\":1}",
        ["DownloadInclude"] = "*.x",
        ["DownloadExclude"] = "*.y",
        ["Cache"] = "false",
    };

    public static IEnumerable<object[]> Fields => TaskFields.All.Select(row => new object[] { row.Name });

    // Each illegal value once as metadata of an item and once as a property of a C# task.
    public static IEnumerable<object[]> IllegalValues =>
        [
            .. RestartMetadataTests.IllegalValues,
            ["Cores", "0", Plain with { Cores = 0 }],
            ["Nodes", "0", Plain with { Nodes = 0 }],
            ["Ranks", "0", Plain with { Ranks = 0 }],
            ["Gpus", "-1", Plain with { Gpus = -1 }],
            ["GpuType", "a b", Plain with { Gpus = 1, GpuType = "a b" }],
            ["Uses", "licence*0", Plain with { Uses = ["licence*0"] }],
            ["Uses", "licence*-1", Plain with { Uses = ["licence*-1"] }],
            ["Uses", "licence*", Plain with { Uses = ["licence*"] }],
            ["Uses", "licence*2.5", Plain with { Uses = ["licence*2.5"] }],
            ["Uses", "licence*99999999999", Plain with { Uses = ["licence*99999999999"] }],
            ["Uses", "*2", Plain with { Uses = ["*2"] }],
            ["Uses", "a b", Plain with { Uses = ["a b"] }],
            ["Uses", "a;b*2;a*3", Plain with { Uses = ["a", "b*2", "a*3"] }],
            ["Priority", "1001", Plain with { Priority = 1001 }],
            ["MonitorEvery", "00:00:00", Plain with { MonitorEvery = TimeSpan.Zero }],
            ["Columns", "=Cu", Plain with { Columns = [new("", "Cu")] }],
            ["Columns", "a=1;a=2", Plain with { Columns = [new("a", "1"), new("a", "2")] }],
            ["Columns", "a=\u007fb", Plain with { Columns = [new("a", "\u007fb")] }],
            ["Publish", "../out.txt", Plain with { Publish = ["../out.txt"] }],
            ["Publish", "/out.txt", Plain with { Publish = ["/out.txt"] }],
            ["Publish", "../a=>b", Plain with { Publish = ["../a=>b"] }],
            ["Publish", "*.csv=>results", Plain with { Publish = ["*.csv=>results"] }],
            ["Publish", "a\u007fb", Plain with { Publish = ["a\u007fb"] }],
            ["Monitor", "a\u007fb", Plain with { Monitor = "a\u007fb" }],
            ["MaxAttempts", "0", Plain with { MaxAttempts = 0 }],
            ["MemoryGb", "0", Plain with { MemoryGb = 0 }],
            ["MemoryGb", "NaN", Plain with { MemoryGb = double.NaN }],
            ["MemoryGb", "Infinity", Plain with { MemoryGb = double.PositiveInfinity }],
            ["TimeLimitMinutes", "5256001", Plain with { TimeLimitMinutes = 5256001 }],
            ["RetryMemoryFactor", "-2", Plain with { RetryMemoryFactor = -2 }],
            ["Kind", "7", Plain with { Kind = (TaskKind)7 }],
            ["Parameters", "{broken", Plain with { Parameters = "{broken" }],
            ["Env", "1A=b", Plain with { Env = [new("1A", "b")] }],
            ["Env", "=b", Plain with { Env = [new("", "b")] }],
            ["Env", "MATTERSTACK_RUN_ID=mine", Plain with { Env = [new("MATTERSTACK_RUN_ID", "mine")] }],
            ["Files", "../secret", Plain with { Files = ["../secret"] }],
            ["Files", "ok=>/x", Plain with { Files = ["ok=>/x"] }],
            ["Files", "*.txt=>one.txt", Plain with { Files = ["*.txt=>one.txt"] }],
            ["Outputs", "/tmp/x", Plain with { Outputs = ["/tmp/x"] }],
            ["Figures", "picture.png", Plain with { Figures = ["picture.png"] }],
            ["Command", "echo \u007f", Plain with { Command = "echo \u007f" }],
            ["Image", "a\u007fb", Plain with { Image = "a\u007fb" }],
            ["Message", "a\u007fb", Plain with { Message = "a\u007fb" }],
            ["Parameters", "\"a\u007fb\"", Plain with { Parameters = "\"a\u007fb\"" }],
            ["Env", "A=\u007fb", Plain with { Env = [new("A", "\u007fb")] }],
            ["Files", "a\u007fb", Plain with { Files = ["a\u007fb"] }],
            ["Outputs", "a\u007fb", Plain with { Outputs = ["a\u007fb"] }],
            ["Figures", "a\u007fb.csv", Plain with { Figures = ["a\u007fb.csv"] }],
            ["DownloadInclude", "a\u007fb", Plain with { DownloadInclude = ["a\u007fb"] }],
            ["DownloadExclude", "a\u007fb", Plain with { DownloadExclude = ["a\u007fb"] }],
        ];

    private static CampaignTask Plain => new() { Id = "t", Command = "c" };

    [TestMethod]
    public void Each_property_of_a_task_has_a_row_and_each_row_has_a_property_and_a_sample()
    {
        var properties = typeof(CampaignTask)
            .GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(p => p.Name)
            .Except(NoMetadata)
            .Order();

        Assert.AreEqual(string.Join(' ', properties), string.Join(' ', TaskFields.All.Select(field => field.Name).Order()));
        Assert.AreEqual(
            string.Join(' ', Samples.Keys.Order()),
            string.Join(' ', TaskFields.All.Select(field => field.Name).Order()),
            "samples of this test"
        );
        Assert.AreEqual(
            TaskFields.All.Count,
            TaskFields.All.Select(field => field.StoredName).Distinct().Count(),
            "names in the stored form are unique"
        );
    }

    [TestMethod]
    [DynamicData(nameof(Fields))]
    public void A_row_has_a_description_and_the_default_of_the_property(string name)
    {
        var field = Find(name);

        Assert.IsTrue(field.HasDefault(new CampaignTask { Id = "t" }), "the default of the row is the default of the property");
        Assert.IsTrue(field.Description.EndsWith('.') && char.IsLetterOrDigit(field.Description[0]), field.Description);
        Assert.AreEqual(
            field.Type == TaskFieldType.Integer || field.Type == TaskFieldType.Number,
            field.Minimum is not null,
            "a number has a minimum"
        );
        if (field.Type == TaskFieldType.Integer)
        {
            StringAssert.Contains(field.Description, $"from {field.Minimum}");
        }

        if (field.Maximum is { } most)
        {
            StringAssert.Contains(field.Description, $"up to {most}");
            StringAssert.Contains(field.AllowedValues, $"up to {most}");
        }

        foreach (var choice in field.Choices ?? [])
        {
            StringAssert.Contains(field.Description, choice);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Fields))]
    public void The_value_of_an_item_reaches_its_own_property_and_no_other(string name)
    {
        var task = Parse(name, Samples[name]);

        Assert.AreEqual(
            name,
            string.Join(
                ' ',
                TaskFields.All.Where(field => !field.HasDefault(task) && !IsDerived(field.Name, name)).Select(field => field.Name)
            )
        );

        // Figures are outputs, and the kind selects the operator key of a task that names none.
        static bool IsDerived(string field, string from) => (field, from) is ("Outputs", "Figures") or ("OperatorKey", "Kind");
    }

    [TestMethod]
    [DynamicData(nameof(Fields))]
    public void A_value_is_stored_and_read_back_unless_it_is_the_default(string name)
    {
        var (field, task) = (Find(name), Parse(name, Samples[name]));
        StagedInput[] inputs = name == "Files" ? [new StagedInput("x", "y", OperatorHash, true)] : [];
        var stored = TaskJson.Write(new PlannedTask(task, inputs));
        var read = TaskJson.Read(task.Id, task.OperatorKey, stored);

        Assert.AreEqual(Encoding.UTF8.GetString(stored), Encoding.UTF8.GetString(TaskJson.Write(read)));
        Assert.AreEqual(string.Join(' ', inputs.AsEnumerable()), string.Join(' ', read.Inputs));
        Assert.AreEqual(name == "Files", field.HasDefault(read.Task), "a stored task has the files, not the request");
        Assert.AreEqual(
            field.StoredName is not null,
            Encoding.UTF8.GetString(stored).Contains($"\"{field.StoredName}\":", StringComparison.Ordinal)
        );
        Assert.AreEqual("""{"command":""}""", Encoding.UTF8.GetString(TaskJson.Write(new PlannedTask(new CampaignTask { Id = "t" }, []))));
    }

    [TestMethod]
    [DynamicData(nameof(Fields))]
    public void The_fingerprint_follows_a_value_if_it_can_change_the_result(string name)
    {
        // Figures are outputs; the fingerprint has the outputs.
        var task = Parse(name, Samples[name]) with { Outputs = name == "Outputs" ? ["other"] : [] };
        var field = Find(name);

        Assert.AreEqual(
            field.AffectsResults && !CoveredByHash.Contains(name),
            ComputeFingerprint(task).Hash != ComputeFingerprint(Parse()).Hash
        );
        Assert.AreEqual(
            ComputeFingerprint(task).Parts.Count,
            ComputeFingerprint(task).Parts.Select(part => part.Name).Distinct().Count(),
            "names of parts are unique"
        );
    }

    [TestMethod]
    [DynamicData(nameof(IllegalValues))]
    public void An_illegal_value_of_an_item_and_of_a_class_is_the_same_problem(string name, string text, CampaignTask task)
    {
        var ofClass = new List<Problem>();
        TaskValidator.ValidateTask(task, null, ofClass);
        var ofItem = TaskParser.Read([Declare(("Command", "c"), ("Gpus", name == "GpuType" ? "1" : "0"), (name, text))]).Problems;

        Assert.HasCount(1, ofClass);
        Assert.AreEqual(ofClass.Single(), ofItem.Single());
        StringAssert.StartsWith(ofItem.Single().Message, $"Task 't': {name} ");
    }

    [TestMethod]
    [DataRow(2, 3, 0, null, "Ranks is 3 and Nodes is 2")]
    [DataRow(2, 1, 0, null, "Ranks is 1 and Nodes is 2")]
    [DataRow(1, 1, 0, "a100", "GpuType is 'a100' and Gpus is 0")]
    public void Values_that_contradict_each_other_are_a_problem_of_the_task(int nodes, int ranks, int gpus, string? type, string conflict)
    {
        var problems = new List<Problem>();
        TaskValidator.ValidateTask(
            Plain with
            {
                Nodes = nodes,
                Ranks = ranks,
                Gpus = gpus,
                GpuType = type,
            },
            new SourcePosition("c.proj", 3, 5),
            problems
        );

        Assert.AreEqual($"Task 't': {conflict}", problems.Single().Message);
        Assert.AreEqual(3, problems.Single().Position!.Line);
    }

    [TestMethod]
    [DataRow("RetryDelay", "90")]
    [DataRow("RetryDelay", "00:60:00")]
    [DataRow("StopSignal", "TERM")]
    [DataRow("StopSignal", "SIGTERM@5")]
    [DataRow("OnFailure", "wait")]
    [DataRow("RetryTimeFactor", "twice")]
    [DataRow("Cores", "1.5")]
    [DataRow("Ranks", "two")]
    [DataRow("MemoryGb", "1,5")]
    [DataRow("AllowFailure", "yes")]
    [DataRow("Kind", "Chore")]
    [DataRow("Kind", "1")]
    [DataRow("OperatorKey", "hpc/default")]
    [DataRow("DependsOn", "a b")]
    [DataRow("Env", "novalue")]
    public void A_text_of_another_type_is_a_problem_that_names_the_allowed_values(string name, string text)
    {
        var problem = TaskParser.Read([Declare(("Command", "c"), (name, text))]).Problems.Single();

        Assert.AreEqual($"Task 't': {name} is '{text}'", problem.Message);
        Assert.AreEqual($"It takes {Find(name).AllowedValues}.", problem.Remedy);
    }

    [TestMethod]
    public void Missing_parts_of_a_task_of_a_class_are_problems_or_empty()
    {
        var problems = new List<Problem>();
        var task = TaskValidator.ValidateTask(
            new CampaignTask
            {
                Id = "t",
                OperatorKey = "human.default",
                DependsOn = [default],
                Outputs = null!,
                DownloadInclude = [null!],
                Env = [new("A", null!)],
                Files = [null!],
            },
            null,
            problems
        );

        Assert.AreEqual("DependsOn Files Env DownloadInclude", string.Join(' ', problems.Select(p => p.Message.Split(' ')[2])));
        Assert.IsEmpty(task.Outputs);
        Assert.IsEmpty(task.DependsOn);
    }

    [TestMethod]
    public void Metadata_of_the_project_itself_has_no_control_characters_either() =>
        StringAssert.Contains(
            TaskParser.Read([Declare(("Command", "c"), ("Own", "a\u007f"))]).Problems.Single().Message,
            "Own holds the control character U+007F"
        );

    private static TaskField Find(string name) => TaskFields.All.Single(field => field.Name == name);

    private static CampaignTask Parse(string name, string text) => Parse(Declare((name, text)));

    private static CampaignTask Parse() => Parse(Declare());

    // A task for a machine needs a command, so this one may have another operator; the problem does not matter here.
    private static CampaignTask Parse(DeclaredTask declared)
    {
        var task = new CampaignTask { Id = "t" };
        var problems = new List<Problem>();
        foreach (var field in TaskFields.All)
        {
            if (declared.Metadata.TryGetTexts(field.Name, out var texts))
            {
                task = field.Parse(task, texts, new TaskProblems(task, null, problems));
            }
        }

        task = TaskValidator.ValidateTask(task, null, problems);
        // Metadata that needs another one is tested alone here.
        Assert.IsTrue(
            problems.TrueForAll(p =>
                p.Code == CampaignCodes.NoCommand
                || p.Message.Contains(" and Nodes is ")
                || p.Message.EndsWith("Gpus is 0")
                || p.Message.EndsWith("Carry is empty")
                || p.Message.EndsWith("which is not among Outputs")
                || p.Message.EndsWith("Monitor is empty")
            ),
            string.Join('\n', problems)
        );
        return task;
    }

    private static DeclaredTask Declare(params (string Name, string Value)[] metadata) =>
        new(
            "t",
            metadata
                .DistinctBy(m => m.Name)
                .ToDictionary(
                    m => m.Name,
                    m =>
                        (IReadOnlyList<string>)(
                            TaskFields.IsList(m.Name)
                                ? metadata.Last(x => x.Name == m.Name).Value.Split(';')
                                : [metadata.Last(x => x.Name == m.Name).Value]
                        ),
                    StringComparer.OrdinalIgnoreCase
                )
        );

    private static Fingerprint ComputeFingerprint(CampaignTask task) =>
        TaskFingerprint.ComputeFingerprint(new PlannedTask(task, []), [], "/run", "program", OperatorHash, here: false)!;
}
