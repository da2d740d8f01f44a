using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Tests;

/// <summary>The table of events in docs/architecture.md is the table of the engine.</summary>
[TestClass]
public sealed class EventsPageTests
{
    [TestMethod]
    public void The_page_has_the_table_of_the_engine()
    {
        var path = Path.Combine(Repository.Folder, "docs", "architecture.md");
        var page = File.ReadAllText(path).ReplaceLineEndings("\n");
        var start = page.IndexOf("| kind | written when |", StringComparison.Ordinal);
        var listed = page[start..page.IndexOf("\n\n", start, StringComparison.Ordinal)];
        var table = string.Join(
            '\n',
            new[] { "| kind | written when | fields | a reader may conclude |", "|---|---|---|---|" }.Concat(
                EventKinds.All.Select(kind => $"| `{kind.Name}` | {kind.WrittenWhen} | {kind.Fields} | {kind.Meaning} |")
            )
        );
        if (Environment.GetEnvironmentVariable("MATTERSTACK_WRITE_DOCS") == "1")
        {
            File.WriteAllText(path, page.Replace(listed, table, StringComparison.Ordinal));
            return;
        }

        Assert.AreEqual(table, listed, "Run the tests with MATTERSTACK_WRITE_DOCS=1 to write the table");
    }

    [TestMethod]
    public void Every_kind_is_in_the_table_once_and_is_found_by_its_name()
    {
        var wiring = Enum.GetValues<WiringEventKind>().Select(kind => kind.ToText());

        CollectionAssert.AllItemsAreUnique(EventKinds.All.Select(kind => kind.Name).ToList());
        CollectionAssert.IsSubsetOf(wiring.ToList(), EventKinds.All.Select(kind => kind.Name).ToList());
        Assert.IsTrue(EventKinds.All.All(kind => ReferenceEquals(kind, EventKinds.Parse(kind.Name))));
    }

    [TestMethod]
    public void A_kind_of_a_later_version_keeps_its_name_and_is_no_other_kind()
    {
        var kind = EventKinds.Parse("RUN_ARCHIVED");

        Assert.AreEqual("RUN_ARCHIVED", kind.Name);
        Assert.IsFalse(EventKinds.All.Any(known => known == kind));
        Assert.IsNull(EventKinds.FindRunState(kind));
    }

    [TestMethod]
    public void Every_recorded_change_of_a_state_and_every_request_has_its_kind()
    {
        foreach (var state in Enum.GetValues<RunState>().Except([RunState.Pending]))
        {
            Assert.AreEqual(state, EventKinds.FindRunState(EventKinds.GetKind(state)));
        }

        foreach (var state in new[] { TaskState.Ready, TaskState.Failed, TaskState.Cancelled, TaskState.Skipped })
        {
            Assert.AreEqual(state, EventKinds.FindTaskState(EventKinds.GetKind(state)));
        }

        foreach (var status in Enum.GetValues<AttemptStatus>())
        {
            Assert.AreEqual(status, EventKinds.FindAttemptStatus(EventKinds.GetKind(status)));
        }

        foreach (var request in Enum.GetValues<RequestKind>())
        {
            Assert.AreEqual(request, EventKinds.FindRequestKind(EventKinds.GetKind(request)));
        }
    }
}
