using System.Text;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Tests.Campaigns;

/// <summary>The stored form of a task is hashed: it stays as it is, byte by byte.</summary>
[TestClass]
public sealed class TaskJsonTests
{
    private const string Hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private const string Whole = """
        {"command":"echo \u00221\u0022 \u003E \u00E4; cat \u0027x\u0027","depends_on":["a","b"],"inputs":[{"path":"x","source":"in/x","sha256":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef","executable":true}],"outputs":["o"],"env":["A=1","B=x=y"],"cores":2,"memory_gb":0.1,"gpus":1,"time_limit_minutes":90,"image":"i","allow_failure":true,"allow_dependency_failure":true,"max_attempts":3,"retry_memory_factor":1.5,"kind":"Gate","message":"m","parameters":"{\u0022p\u0022: 1}","download_include":["*.x"],"download_exclude":["*.y"],"cache":false}
        """;

    [TestMethod]
    public void A_task_without_anything_is_its_command() =>
        Assert.AreEqual(
            """{"command":"true"}""",
            Encoding.UTF8.GetString(TaskJson.Write(new PlannedTask(new CampaignTask { Id = Id("t"), Command = "true" }, [])))
        );

    [TestMethod]
    public void A_task_with_everything_is_written_as_ever_and_read_back()
    {
        _ = Sha256.TryParse(Hash, out var hash);
        var task = new CampaignTask
        {
            Id = Id("t"),
            Command = "echo \"1\" > \u00e4; cat 'x'",
            DependsOn = [Id("a"), Id("b")],
            Outputs = ["o"],
            Env = [new("A", "1"), new("B", "x=y")],
            Cores = 2,
            MemoryGb = 0.1,
            Gpus = 1,
            TimeLimitMinutes = 90,
            Image = "i",
            AllowFailure = true,
            AllowDependencyFailure = true,
            MaxAttempts = 3,
            RetryMemoryFactor = 1.5,
            Kind = TaskKind.Gate,
            Message = "m",
            Parameters = "{\"p\": 1}",
            DownloadInclude = ["*.x"],
            DownloadExclude = ["*.y"],
            Cache = false,
        };

        var written = Encoding.UTF8.GetString(TaskJson.Write(new PlannedTask(task, [new StagedInput("x", "in/x", hash, true)])));

        Assert.AreEqual(Whole, written);
        var read = TaskJson.Read(task.Id, task.OperatorKey, written);
        Assert.AreEqual(Whole, Encoding.UTF8.GetString(TaskJson.Write(read)));
        Assert.AreEqual("y", read.Task.Env[1].Value.Split('=')[1]);
    }

    [TestMethod]
    [DataRow("""{"command":1}""")]
    [DataRow("""{"command":"c","env":["A"]}""")]
    [DataRow("""{"command":"c","outputs":[null]}""")]
    [DataRow("""{"command":"c","inputs":[{}]}""")]
    [DataRow("""{"command":"c","cores":"2"}""")]
    [DataRow("""[]""")]
    [DataRow("""{"command":"c""")]
    public void What_was_not_written_so_is_damage(string json)
    {
        var thrown = Assert.Throws<Exception>(() => TaskJson.Read(Id("t"), OperatorKey.LocalDefault, json));

        Assert.IsTrue(MatterStack.Engine.Runs.Store.Sqlite.StoreConnection.IsDamage(thrown), thrown.ToString());
    }

    private static TaskId Id(string text) => TaskId.TryParse(text, out var id) ? id : throw new ArgumentException(text);
}
