using System.Text.Json.Nodes;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Tests.Evidence;
using MatterStack.Engine.Tests.Faults;

namespace MatterStack.Engine.Tests.Commands;

/// <summary>Tags and notes of a run, at any time.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class AnnotateTests : IDisposable
{
    private readonly CommandWorld _world = new(inMemory: true);

    public void Dispose() => _world.Dispose();

    [TestMethod]
    [DataRow("", "a,b", "a b", DisplayName = "words are the new tags")]
    [DataRow("x y", "a b", "a b")]
    [DataRow("x y", "+a;-x", "y a", DisplayName = "signs change the present ones")]
    [DataRow("x y", "+Y +y", "x y", DisplayName = "case does not count")]
    [DataRow("fig-1 fig-2 z", "-fig-*", "z", DisplayName = "a pattern")]
    [DataRow("x y", "-*", "", DisplayName = "none")]
    [DataRow("x y", "a +b -a", "b", DisplayName = "words with and without a sign")]
    [DataRow("x", "+ -", "x", DisplayName = "a sign alone is nothing")]
    [DataRow("x", "-y", "x")]
    public void Words_change_tags(string present, string written, string tags) =>
        Assert.AreEqual(tags, string.Join(' ', TagList.ApplyWords(present.Split(' ', StringSplitOptions.RemoveEmptyEntries), written)));

    [TestMethod]
    public void A_run_has_the_tags_and_the_note_that_a_person_sets_also_after_its_end()
    {
        _world.Task("a", "true");
        Assert.IsTrue(_world.Loop(new RunArguments { RunTags = ["pilot", "for the paper"] }));
        var config = File.ReadAllBytes(_world.Run.ConfigFile);
        Assert.AreEqual("pilot,for the paper", Item("tags"));

        Annotate(new RunArguments { Tags = "+fig-3 -pilot", Note = "converged\nat 80 Ry" });

        Assert.AreEqual("for the paper,fig-3", Item("tags"));
        Assert.AreEqual("converged at 80 Ry", Item("note"));
        Assert.AreEqual("COMPLETED", Item("state"));
        CollectionAssert.AreEqual(config, File.ReadAllBytes(_world.Run.ConfigFile));
        Assert.IsTrue(StatusCommand.Execute(_world.Context()).Success);
        CollectionAssert.IsSubsetOf((string[])["  tags: for the paper, fig-3", "  note: converged at 80 Ry"], _world.Said);

        Annotate(new RunArguments { Tags = "-*" });
        Assert.IsNull(Item("tags"));
        Assert.AreEqual("converged at 80 Ry", Item("note"), "the note stays");
        Annotate(new RunArguments { Note = "-" });
        Assert.IsNull(Item("note"));

        CollectionAssert.AreEqual(
            (string[])["""["for the paper","fig-3"]|converged at 80 Ry""", "[]|", "|"],
            _world.Query("SELECT coalesce(tags, '') || '|' || coalesce(note, '') FROM annotations ORDER BY seq")
        );
        StringAssert.Contains(_world.Query("SELECT actor FROM annotations").First(), "@");
        StringAssert.StartsWith(
            _world.Query("SELECT details FROM events WHERE kind = 'REQUEST_ANNOTATE' ORDER BY seq").First(),
            "the run has the tags for the paper, fig-3; its note is: converged at 80 Ry"
        );
        Assert.IsTrue(CheckRunCommand.Execute(_world.Context()).Success, string.Join(';', _world.Reported));
    }

    [TestMethod]
    public void Runs_are_found_by_a_pattern_of_tags()
    {
        _world.Task("a", "true");
        Assert.IsTrue(_world.Loop(new RunArguments { RunTags = ["pilot"] }));
        var first = _world.Run.Id;
        Assert.IsTrue(_world.Loop(new RunArguments { NewRun = true, RunTags = ["fig-1"] }));
        var second = _world.Run.Id;
        Assert.IsTrue(_world.Loop(new RunArguments { NewRun = true }));
        Annotate(new RunArguments { RunId = first.Value, Tags = "+FIG-2" });

        CollectionAssert.AreEqual((RunId[])[first, second], List("fig-*"));
        CollectionAssert.AreEqual((RunId[])[first], List("pilot"));
        Assert.IsEmpty(List("fig"), "a pattern is anchored at both ends");
        StringAssert.Contains(_world.Said[^1], "matches");
    }

    [TestMethod]
    public void A_run_of_an_earlier_version_has_the_tags_that_it_was_created_with()
    {
        _world.Task("a", "true");
        Assert.IsTrue(_world.Loop(new RunArguments { RunTags = ["pilot"] }));
        _world.Execute(EarlierStores.RemoveVersion7);

        Assert.AreEqual("pilot", Item("tags"));
        CollectionAssert.AreEqual((RunId[])[_world.Run.Id], List("pil*"));
        Assert.AreEqual(6L, long.Parse(_world.Query("PRAGMA user_version").Single()!, null), "looking upgrades nothing");

        Annotate(new RunArguments { Tags = "+x" });
        Assert.AreEqual("pilot,x", Item("tags"));
        Annotate(new RunArguments { Tags = "-*" });
        Assert.IsNull(Item("tags"));
    }

    [TestMethod]
    public void A_run_without_a_readable_config_has_no_tags_of_its_creation()
    {
        _world.Task("a", "true");
        Assert.IsTrue(_world.Loop(new RunArguments { RunTags = ["pilot"] }));
        _world.Execute(EarlierStores.RemoveVersion7);
        File.WriteAllText(_world.Run.ConfigFile, "{ torn");

        Assert.IsNull(Item("tags"));
    }

    [TestMethod]
    public void A_request_without_tags_and_note_names_what_is_missing()
    {
        _world.Task("a", "true");
        Assert.IsTrue(_world.Loop());

        Assert.IsFalse(RequestCommand.Execute(_world.Context(), RequestKind.Annotate, CancellationToken.None).Success);
        Assert.AreEqual(RunCodes.InvalidArgument, _world.Reported[^1].Code);
        StringAssert.Contains(_world.Reported[^1].Remedy, "-p:Tags=");
    }

    [TestMethod]
    public void Too_many_tags_are_refused_and_nothing_changes()
    {
        _world.Task("a", "true");
        Assert.IsTrue(_world.Loop(new RunArguments { RunTags = ["pilot"] }));

        var many = new RunArguments { Tags = string.Join(' ', Enumerable.Range(0, 101)) };
        Assert.IsFalse(RequestCommand.Execute(_world.Context(many), RequestKind.Annotate, CancellationToken.None).Success);
        StringAssert.Contains(_world.Reported[^1].Message, "at most 100 tags");
        Assert.AreEqual("pilot", Item("tags"));
    }

    [TestMethod]
    public void A_loop_of_another_process_grants_the_request()
    {
        using var world = new CommandWorld();
        var gate = world.In("gate");
        world.Task("a", CommandWorld.WaitFor(gate));
        Assert.IsTrue(world.Init());
        var (context, source) = (world.Context(), world.Source());
        var loop = new Thread(() => TickCommand.Loop(context, source, CancellationToken.None)) { IsBackground = true };
        loop.Start();
        CommandWorld.Until(() => world.States() == "a=RUNNING", "the start");

        var arguments = new RunArguments { Tags = "seen", Note = "while it ran" };
        Assert.IsTrue(RequestCommand.Execute(world.Context(arguments), RequestKind.Annotate, CancellationToken.None).Success);
        Assert.AreEqual("a=RUNNING", world.States());
        Assert.AreEqual("""["seen"] while it ran""", world.Query("SELECT tags || ' ' || note FROM runs").Single());

        File.WriteAllText(gate, "");
        Assert.IsTrue(loop.Join(TimeSpan.FromSeconds(30)), "the loop hung");
        Assert.AreEqual("a=COMPLETED", world.States());
    }

    [TestMethod]
    public void Evidence_and_report_show_tags_and_note()
    {
        using var evidence = new EvidenceWorld();
        var world = evidence.Run().World;
        evidence.Export();
        StringAssert.Contains(File.ReadAllText(Path.Combine(evidence.Evidence, "report.md")), "# Run ");

        var arguments = new RunArguments { Tags = "fig-3 <paper>", Note = "a *note* <b>" };
        Assert.IsTrue(RequestCommand.Execute(world.Context(arguments), RequestKind.Annotate, CancellationToken.None).Success);
        evidence.Export();

        Assert.IsEmpty(evidence.Verify(), string.Join(';', evidence.Verify()));
        var run = Read("bundle.json")["run"]!;
        Assert.AreEqual("""["fig-3","<paper>"]""", run["tags"]!.ToJsonString(Plain));
        Assert.AreEqual("a *note* <b>", (string?)run["note"]);
        var root = Read("ro-crate-metadata.json")["@graph"]!.AsArray().Single(e => (string?)e!["@id"] == "./")!;
        Assert.AreEqual("""["fig-3","<paper>"]""", root["keywords"]!.ToJsonString(Plain));
        Assert.AreEqual("a *note* <b>", (string?)root["comment"]);
        StringAssert.Contains(File.ReadAllText(Path.Combine(evidence.Evidence, "report.md")), "Tags: fig-3");
        Assert.IsTrue(ReportCommand.Execute(world.Context()).Success);
        StringAssert.Contains(File.ReadAllText(world.Run.ReportFile), "a *note* &lt;b&gt;");

        JsonNode Read(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(evidence.Evidence, file)))!;
    }

    private static System.Text.Json.JsonSerializerOptions Plain { get; } =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private void Annotate(RunArguments arguments)
    {
        var result = RequestCommand.Execute(_world.Context(arguments), RequestKind.Annotate, CancellationToken.None);
        Assert.IsTrue(result.Success, string.Join(';', _world.Reported));
        Assert.AreEqual("run", result.Items[0].Metadata["item"]);
    }

    private string? Item(string name) =>
        ListRunsCommand.Execute(_world.Context()).Items.Single().Metadata.TryGetValue(name, out var value) ? value : null;

    private RunId[] List(string pattern) =>
        [
            .. ListRunsCommand
                .Execute(_world.Context(new RunArguments { Tag = pattern }))
                .Items.Select(static item => RunId.FromTrusted(item.Identity)),
        ];
}
