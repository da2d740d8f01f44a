using System.Text.Json.Nodes;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Tests.Evidence;

/// <summary>What is asked to end and is not over, in all that tells of a run.</summary>
[TestClass]
public sealed class AskedEndTests : IDisposable
{
    private readonly EvidenceWorld _evidence = new();
    private readonly DirectoryInfo _notice;
    private readonly string _attempt;

    public AskedEndTests()
    {
        var world = _evidence.World;
        Assert.IsTrue(world.Loop());
        // Nothing can be written in its place, so nobody can be told.
        _notice = Directory.CreateDirectory(world.Attempt("ask@1/withdrawn.txt"));
        _attempt = world.Query("SELECT current_attempt_id FROM tasks WHERE task_id = 'ask'").Single()!;
        Assert.IsFalse(
            RequestCommand.Execute(world.Context(new RunArguments { Reason = "wrong <metal>" }), RequestKind.Cancel, default).Success
        );
    }

    public void Dispose() => _evidence.Dispose();

    [TestMethod]
    public void It_stands_everywhere_with_its_attempt_since_when_by_whom_why_and_why_it_was_not_told_until_it_is_over()
    {
        foreach (var (name, told) in Accounts())
        {
            // As Markdown has it.
            var text = told.Replace("&#64;", "@", StringComparison.Ordinal);
            foreach (
                var part in new[]
                {
                    "is asked to end since ",
                    _attempt,
                    $" by {_evidence.World.Host.User}@{_evidence.World.Host.Machine} (wrong ",
                    "NOT REACHED",
                    "withdrawn.txt",
                }
            )
            {
                Assert.IsTrue(text.Contains(part, StringComparison.Ordinal), $"{name} does not say '{part}'");
            }

            Assert.IsFalse(name.EndsWith("html", StringComparison.Ordinal) && text.Contains("<metal>", StringComparison.Ordinal), name);
        }

        Assert.IsEmpty(_evidence.Verify());
        var ends = Bundle()["ends"]!.AsArray();
        Assert.HasCount(2, ends, "the run and the attempt");
        var end = ends.Single(e => e!["attempt_id"] is not null)!;
        Assert.AreEqual(_attempt, (string?)end["attempt_id"]);
        Assert.AreEqual("wrong <metal>", (string?)end["reason"]);
        Assert.IsNull(end["told_at_utc"]);
        Assert.DoesNotContain(_evidence.World.Folder, end.ToJsonString(), "a folder of this machine");

        _notice.Delete();
        _evidence.World.Step();
        Assert.AreEqual("CANCELLED", _evidence.World.Query("SELECT state FROM runs").Single());
        foreach (var (name, text) in Accounts())
        {
            Assert.IsFalse(text.Contains("is asked to end since", StringComparison.Ordinal), name);
        }

        Assert.IsNull(Bundle()["ends"]);
        Assert.IsEmpty(_evidence.Verify());
    }

    [TestMethod]
    public void A_bundle_of_an_earlier_version_tells_nothing_of_it_and_is_accepted()
    {
        _evidence.Export();
        Assert.IsNotNull(Bundle()["ends"]);
        _evidence.Forge("bundle.json", b => b.AsObject().Remove("ends"));
        // The crate has the hash of the file that was written.
        Assert.IsTrue(
            _evidence.Verify().TrueForAll(w => w.Contains("ro-crate-metadata.json", StringComparison.Ordinal)),
            string.Join("; ", _evidence.Verify())
        );
    }

    [TestMethod]
    [DataRow("""[{"attempt_id": "20260101_000000_00000000"}]""")]
    [DataRow("""[{"attempt_id": 7}]""")]
    [DataRow("""[7]""")]
    [DataRow("""{}""")]
    public void A_bundle_whose_ends_are_of_no_attempt_under_way_is_not(string ends)
    {
        _evidence.Export();
        _evidence.Forge("bundle.json", b => b["ends"] = JsonNode.Parse(ends));
        Assert.IsNotEmpty(_evidence.Verify());
    }

    [TestMethod]
    public void A_bundle_of_a_run_that_is_over_with_ends_that_are_not_contradicts_itself()
    {
        _notice.Delete();
        _evidence.World.Step();
        _evidence.Export();
        _evidence.Forge("bundle.json", b =>
            b["ends"] = JsonNode.Parse($$"""[{"asked_at_utc": "2026-01-01T00:00:00Z"}, {"attempt_id": "{{_attempt}}"}]""")
        );
        var wrong = _evidence.Verify();
        Assert.IsTrue(wrong.Exists(w => w.Contains("an open end request for the run", StringComparison.Ordinal)), string.Join("; ", wrong));
        Assert.IsTrue(
            wrong.Exists(w => w.Contains($"an open end request for attempt {_attempt}", StringComparison.Ordinal)),
            string.Join("; ", wrong)
        );
    }

    private JsonObject Bundle() => JsonNode.Parse(File.ReadAllText(Path.Combine(_evidence.Evidence, "bundle.json")))!.AsObject();

    private List<(string Name, string Text)> Accounts()
    {
        var world = _evidence.World;
        Assert.IsTrue(ReportCommand.Execute(world.Context()).Success);
        var summary = CiReportCommand.Execute(world.Context()).Items[0].Metadata["summary"];
        if (Directory.Exists(_evidence.Evidence))
        {
            Directory.Delete(_evidence.Evidence, recursive: true);
        }

        _evidence.Export();
        return
        [
            ("Status", Said(StatusCommand.Execute)),
            ("Explain", Said(ExplainCommand.Execute) + _attempt),
            ("Attempts", Said(AttemptsCommand.Execute) + _attempt),
            ("report.html", File.ReadAllText(world.Run.ReportFile)),
            ("summary.md", File.ReadAllText(summary)),
            ("evidence/report.md", File.ReadAllText(Path.Combine(_evidence.Evidence, "report.md"))),
            ("evidence/report.html", File.ReadAllText(Path.Combine(_evidence.Evidence, "report.html"))),
        ];
    }

    private string Said(Func<CommandContext, CommandResult> command)
    {
        _evidence.World.Said.Clear();
        var result = command(_evidence.World.Context());
        return string.Join('\n', _evidence.World.Said.Concat(result.Items.Select(i => i.Identity)));
    }
}
