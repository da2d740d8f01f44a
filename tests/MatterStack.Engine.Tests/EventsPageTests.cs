using System.Text.RegularExpressions;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Tests;

/// <summary>The table of events in docs/architecture.md has every kind that the engine writes, and no other.</summary>
[TestClass]
public sealed partial class EventsPageTests
{
    // Kinds of these four families are made of a state's or a request's name.
    private static readonly RunState[] RunStates = [.. Enum.GetValues<RunState>().Except([RunState.Pending])];
    private static readonly TaskState[] TaskStates = [TaskState.Ready, TaskState.Failed, TaskState.Cancelled, TaskState.Skipped];

    [TestMethod]
    public void The_table_lists_every_kind_and_no_other()
    {
        var states = RunStates.Select(s => "RUN_" + s.ToText())
            .Concat(TaskStates.Select(s => "TASK_" + s.ToText()))
            .Concat(new[] { "CREATED", "SUBMITTED", "RUNNING", "WAITING_EXTERNAL" }.Concat(Enum.GetValues<AttemptOutcome>().Select(o => o.ToText())).Select(s => "ATTEMPT_" + s))
            .Concat(Enum.GetValues<RequestKind>().Select(r => "REQUEST_" + r.ToString().ToUpperInvariant()));
        var engine = Path.Combine(Repository.Folder, "src", "MatterStack.Engine");
        var named = Directory.EnumerateFiles(engine, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(engine, file).StartsWith("obj", StringComparison.Ordinal))
            .SelectMany(file => Literal().Matches(File.ReadAllText(file)).Select(m => m.Groups[1].Value));

        var listed = File.ReadAllText(Path.Combine(Repository.Folder, "docs", "architecture.md")).ReplaceLineEndings("\n").Split("## Events\n")[1].Split("\n## ")[0]
            .Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).SelectMany(line => line.Split('|')[1].Split('`').Where((_, i) => i % 2 == 1));

        Assert.AreEqual(string.Join('\n', states.Concat(named).Distinct().Order(StringComparer.Ordinal)), string.Join('\n', listed.Order(StringComparer.Ordinal)));
    }

    [GeneratedRegex("\"((?:RUN|TASK|ATTEMPT|ITERATION|DEFINITION|HOOK|REQUEST|WIRING)_[A-Z_]*[A-Z])\"")]
    private static partial Regex Literal();
}
