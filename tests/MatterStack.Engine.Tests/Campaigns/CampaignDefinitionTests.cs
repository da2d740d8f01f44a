using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Tests.Campaigns;

[TestClass]
public sealed class CampaignDefinitionTests : IDisposable
{
    private readonly TempFolder _project = new();

    public void Dispose() => _project.Dispose();

    [TestMethod]
    public void The_hash_follows_tasks_and_the_content_of_their_files_and_nothing_else()
    {
        _project.Write("in.txt", "1");
        var first = Define(Task("a", "in.txt")).Hash;
        File.SetLastWriteTimeUtc(_project.In("in.txt"), DateTime.UtcNow.AddYears(1));
        _project.Write("unrelated.txt", "x");
        Assert.AreEqual(first, Define(Task("a", "in.txt")).Hash);

        _project.Write("in.txt", "2");
        var second = Define(Task("a", "in.txt")).Hash;
        Assert.AreNotEqual(first, second);
        Assert.AreNotEqual(second, Define(Task("a", "in.txt") with { Cores = 2 }).Hash);
    }

    [TestMethod]
    public void Patterns_are_expanded_and_names_kept_or_changed()
    {
        _project.Write("d/1.in", "1");
        _project.Write("d/2.in", "2");
        _project.Write("d/sub/3.in", "3");
        var task = Task("a") with { Files = [new FileRequest("d/*.in"), new FileRequest("d/sub/3.in", "three.in")] };

        Assert.AreEqual("d/1.in d/2.in three.in", string.Join(' ', Define(task).Tasks[0].Inputs.Select(i => i.Path)));
    }

    [TestMethod]
    public void A_file_that_is_not_there_is_an_error()
    {
        var problem = CampaignDefinition.Create(_project.Path, [Task("a", "gone.txt")], null).Problems.Single();
        Assert.AreEqual(CampaignCodes.FileMissing, problem.Code);
        StringAssert.Contains(problem.Message, "gone.txt");
    }

    [TestMethod]
    public void A_link_that_leads_out_of_the_project_is_not_followed()
    {
        using var elsewhere = new TempFolder();
        elsewhere.Write("secret", "s");
        File.CreateSymbolicLink(_project.In("link"), elsewhere.In("secret"));

        Assert.AreEqual(
            CampaignCodes.PathOutside,
            CampaignDefinition.Create(_project.Path, [Task("a", "link")], null).Problems.Single().Code
        );
    }

    [TestMethod]
    public void A_program_is_asked_for_only_where_a_command_uses_it()
    {
        var uses = Task("a") with { Command = "{campaign} x" };
        Assert.AreEqual(CampaignCodes.NoProgram, CampaignDefinition.Create(_project.Path, [uses], null).Problems.Single().Code);

        _project.Write("bin/c.dll", "code");
        _project.Write("bin/c.pdb", "symbols");
        var before = CampaignDefinition.Create(_project.Path, [uses], _project.In("bin/c.dll")).Value;
        _project.Write("bin/c.pdb", "symbols of another machine");
        Assert.AreEqual(before.Hash, CampaignDefinition.Create(_project.Path, [uses], _project.In("bin/c.dll")).Value.Hash);
        _project.Write("bin/c.dll", "other code");
        Assert.AreNotEqual(before.Hash, CampaignDefinition.Create(_project.Path, [uses], _project.In("bin/c.dll")).Value.Hash);
    }

    [TestMethod]
    public void A_stored_task_reads_back_as_it_was()
    {
        _project.Write("in.txt", "1");
        var task = Task("a", "in.txt") with
        {
            Cores = 3,
            MemoryGb = 1.5,
            TimeLimitMinutes = 2,
            Outputs = ["o"],
            Env = [new("A", "b=c")],
            AllowFailure = true,
            MaxAttempts = 4,
            Kind = TaskKind.Gate,
            Cache = false,
        };
        var planned = Define(task).Tasks[0];
        var json = System.Text.Encoding.UTF8.GetString(TaskJson.Write(planned));

        var back = TaskJson.Read(planned.Task.Id, planned.Task.OperatorKey, json);

        Assert.AreEqual(json, System.Text.Encoding.UTF8.GetString(TaskJson.Write(back)));
        Assert.AreEqual(planned.Inputs[0], back.Inputs[0]);
    }

    private CampaignDefinition Define(CampaignTask task) => CampaignDefinition.Create(_project.Path, [task], null).Value;

    private static CampaignTask Task(string id, params string[] files) =>
        new()
        {
            Id = TaskId.TryParse(id, out var parsed) ? parsed : default,
            Command = "c",
            Files = files.Select(f => new FileRequest(f)).ToArray(),
        };
}
