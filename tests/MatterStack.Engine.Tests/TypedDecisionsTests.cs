using System.Text.RegularExpressions;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Tests;

/// <summary>Names of states, events and causes are written in their tables only, and no decision reads the text of a reason.</summary>
[TestClass]
public sealed partial class TypedDecisionsTests
{
    // Tables, and files that read or write names of others: of schedulers, instruments and answers, and of the public TaskAttempt.
    private static readonly string[] Tables =
    [
        "Lifecycle/Model/StateText.cs",
        "Lifecycle/Model/EventKinds.cs",
        "Lifecycle/Model/EndCauseText.cs",
        "Campaigns/Declarations/Fields/CauseNames.cs",
        "Wiring/WiringEventKindText.cs",
        "Operators/Hpc/Slurm/SlurmParser.cs",
        "Operators/Hpc/GridEngine/GridEngineAccounting.cs",
        "Operators/Hpc/EndSearch.cs",
        "Operators/Experiment/Api/InstrumentStatusText.cs",
        "Operators/Exchange/AnswerFile.cs",
        "Campaigns/Harness/CampaignHarness.cs",
    ];

    // The schema derives values of earlier versions; one file reads those that earlier versions left in files.
    private static readonly string[] EarlierVersions = ["Runs/Store/Sqlite/StoreSchema.cs", "Operators/Exchange/WithdrawalFile.cs"];

    // Names of processes, jobs and requests outside, in the words of any operator.
    private static readonly string[] TextsInRows = ["AttemptRow.ExternalId", "EndRow.ExternalId"];

    [TestMethod]
    public void A_name_is_written_in_its_table_only()
    {
        var names = Enum.GetValues<RunState>()
            .Select(s => s.ToText())
            .Concat(Enum.GetValues<TaskState>().Select(s => s.ToText()))
            .Concat(Enum.GetValues<AttemptStatus>().Select(s => s.ToText()))
            .Concat(Enum.GetValues<EndCause>().Select(c => c.ToText()))
            .Concat(EventKinds.All.Select(k => k.Name))
            .Where(name => name is not ("EXIT" or "SIGNAL"))
            .ToHashSet(StringComparer.Ordinal);

        var found = Sources()
            .Where(source => !Tables.Contains(source.Name) && !EarlierVersions.Contains(source.Name))
            .SelectMany(source =>
                Literal().Matches(source.Text).Where(m => names.Contains(m.Groups["name"].Value)).Select(m => $"{source.Name}: {m.Value}")
            );

        Assert.AreEqual("", string.Join('\n', found));
    }

    [TestMethod]
    [Slow]
    public void No_decision_reads_the_text_of_a_reason()
    {
        var found = Sources()
            .Where(source => !EarlierVersions.Contains(source.Name))
            .SelectMany(source => TextDecision().Matches(source.Text).Select(m => $"{source.Name}: {m.Value}"));

        Assert.AreEqual("", string.Join('\n', found));
    }

    [TestMethod]
    public void No_decision_searches_in_serialised_JSON_or_in_texts_of_items()
    {
        var found = Sources().SelectMany(source => JsonDecision().Matches(source.Text).Select(m => $"{source.Name}: {m.Value}"));

        Assert.AreEqual("", string.Join('\n', found));
    }

    // A task has a default operator, evidence names instruments, and one file lists the kinds; all other code asks the provider of a kind.
    [TestMethod]
    public void Commands_and_runs_do_not_name_a_kind_of_operator()
    {
        string[] folders = ["Commands/", "Lifecycle/", "Runs/", "Reports/", "Caching/"];
        var found = Sources()
            .Where(source => folders.Any(folder => source.Name.StartsWith(folder, StringComparison.Ordinal)))
            .Where(source => source.Name != "Commands/Hosting/BuiltInOperators.cs")
            .SelectMany(source => OperatorKindName().Matches(source.Text).Select(m => $"{source.Name}: {m.Value}"));

        Assert.AreEqual("", string.Join('\n', found));
    }

    // A value is checked where it is read, so no reader of a row checks or converts it again.
    [TestMethod]
    public void A_row_of_the_store_carries_ids_hashes_times_and_kinds_as_types()
    {
        var rows = typeof(RunRow)
            .Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(RunRow).Namespace && type.Name.EndsWith("Row", StringComparison.Ordinal))
            .ToList();

        Assert.IsGreaterThanOrEqualTo(10, rows.Count);
        var texts = rows.SelectMany(row => row.GetProperties().Where(p => p.PropertyType == typeof(string)).Select(p => (row, p)))
            .Where(found => TypedName().IsMatch(found.p.Name))
            .Select(found => $"{found.row.Name}.{found.p.Name}")
            .Except(TextsInRows);
        Assert.AreEqual("", string.Join('\n', texts));
    }

    private static IEnumerable<(string Name, string Text)> Sources()
    {
        var engine = Path.Combine(Repository.Folder, "src", "MatterStack.Engine");
        return Directory
            .EnumerateFiles(engine, "*.cs", SearchOption.AllDirectories)
            .Select(file => (Name: Path.GetRelativePath(engine, file).Replace('\\', '/'), File: file))
            .Where(source =>
                !source.Name.StartsWith("obj/", StringComparison.Ordinal) && !source.Name.StartsWith("bin/", StringComparison.Ordinal)
            )
            .Select(source => (source.Name, File.ReadAllText(source.File)));
    }

    [GeneratedRegex("""["'](?<name>[A-Z]+(_[A-Z]+)*)["']""")]
    private static partial Regex Literal();

    [GeneratedRegex(
        @"(?i)\b\w*(reason|endedBy|standing|statusText|why|trouble|note)\??\.(StartsWith|EndsWith|Contains|IndexOf)\(|reason (NOT )?LIKE\b"
    )]
    private static partial Regex TextDecision();

    [GeneratedRegex(
        """(?i)(definition|json|parts|state)\.(Contains|IndexOf|StartsWith)\("\\|Metadata\["\w+"\] (==|!=|is )|kind (NOT )?LIKE\b"""
    )]
    private static partial Regex JsonDecision();

    [GeneratedRegex("(Id|At|Utc|Sha256|Key|State|Kind)$")]
    private static partial Regex TypedName();

    [GeneratedRegex("""["](human|manual_hpc|experiment|hpc)[".]""")]
    private static partial Regex OperatorKindName();
}
