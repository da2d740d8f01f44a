using System.Text.RegularExpressions;
using System.Xml.Linq;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Tests.Commands;

/// <summary>A misspelt argument is found, and a property of somebody else is not taken for one.</summary>
[TestClass]
public sealed partial class ArgumentNameTests
{
    [TestMethod]
    [DataRow("RunIdd", "RunId")]
    [DataRow("RunI", "RunId")]
    [DataRow("Run_Id", "RunId")]
    [DataRow("Run-Id", "RunId")]
    [DataRow("RnuId", "RunId")]
    [DataRow("RubId", "RunId")]
    [DataRow("RunIds", "RunId")]
    [DataRow("Run", "RunId")]
    [DataRow("Task", "TaskId")]
    [DataRow("TaksId", "TaskId")]
    [DataRow("Attempt", "AttemptId")]
    [DataRow("AtemptId", "AttemptId")]
    [DataRow("Desicion", "Decision")]
    [DataRow("Descision", "Decision")]
    [DataRow("decison", "Decision")]
    [DataRow("Coment", "Comment")]
    [DataRow("Comments", "Comment")]
    [DataRow("ComentFile", "CommentFile")]
    [DataRow("Dat", "Data")]
    [DataRow("DataFiles", "DataFile")]
    [DataRow("LoopTimout", "LoopTimeout")]
    [DataRow("NewRuns", "NewRun")]
    [DataRow("Downstrem", "Downstream")]
    [DataRow("Confrim", "Confirm")]
    [DataRow("OperatorConfig", "OperatorsConfig")]
    [DataRow("ForceWiringOveride", "ForceWiringOverride")]
    [DataRow("ForceWiring", "ForceWiringOverride")]
    [DataRow("EvidenceKeys", "EvidenceKey")]
    [DataRow("MaxAges", "MaxAge")]
    [DataRow("MatterStackCacheMod", "MatterStackCacheMode")]
    [DataRow("MaterStackRunsDirectory", "MatterStackRunsDirectory")]
    public void A_misspelling_names_the_argument_that_was_meant(string given, string meant)
    {
        var problem = ArgumentCheck.FindMisspelt([given]).Single();

        Assert.AreEqual(Severity.Error, problem.Severity);
        StringAssert.Contains(problem.Text, $"'{given}'");
        StringAssert.Contains(problem.Text, $"'{meant}'");
    }

    [TestMethod]
    [DataRow("Select,state", "'state' is a property of its own")]
    [DataRow("select,OPERATOR,iteration", "'OPERATOR' is a property of its own")]
    [DataRow("Select,Stage,RunId", null)]
    [DataRow("State,RunId", null, DisplayName = "the filter of ListRuns")]
    public void A_selection_that_MSBuild_has_cut_is_an_error(string given, string? message)
    {
        var problem = ArgumentCheck.FindCutSelections(given.Split(',')).SingleOrDefault();

        Assert.AreEqual(message, problem?.Message[(problem.Message.LastIndexOf(": ", StringComparison.Ordinal) + 2)..]);
        Assert.IsTrue(
            problem is null || (problem.Severity == Severity.Error && problem.Remedy.Contains("-p:Select=\"a_* ", StringComparison.Ordinal))
        );
    }

    [TestMethod]
    public void An_argument_is_no_misspelling_for_another_whatever_its_case()
    {
        Assert.IsGreaterThan(30, ArgumentCheck.Names.Count);
        Assert.IsEmpty(
            ArgumentCheck.FindMisspelt([
                .. ArgumentCheck.Names,
                .. ArgumentCheck.Names.Select(n => n.ToUpperInvariant()),
                .. SettingNames.All,
                "TaskID",
                "runid",
            ])
        );
    }

    [TestMethod]
    public void A_name_of_a_metadata_is_an_argument_only_of_the_targets_that_take_it()
    {
        string[] names = ["Cores", "MemoryGb", "Ranks", "Core", "Memory", "TimeLimit", "MemoryGB", "GpuTypes"];
        Assert.AreEqual("", string.Join("; ", ArgumentCheck.FindMisspelt(names, "Loop").Select(p => p.Text)));
        Assert.IsEmpty(ArgumentCheck.FindNotTaken([CommandTable.Find("Loop")!], names));

        var meant = ArgumentCheck.FindMisspelt(names, "Respond").Select(p => p.Remedy.Split('\'')[1]);
        Assert.AreEqual("Cores MemoryGb TimeLimitMinutes GpuType", string.Join(' ', meant));
    }

    [TestMethod]
    public void No_property_of_the_SDK_is_taken_for_an_argument()
    {
        var sdks = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..", "sdk"));
        var names = Directory
            .EnumerateFiles(sdks, "*", SearchOption.AllDirectories)
            .Where(f => Path.GetExtension(f) is ".targets" or ".props")
            .SelectMany(f => PropertyUsed().Matches(File.ReadAllText(f)).Select(m => m.Groups[1].Value))
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .ToList();

        Assert.IsGreaterThan(1000, names.Count);
        Assert.AreEqual("", string.Join("; ", ArgumentCheck.FindMisspelt(names).Select(p => p.Text)));
    }

    [TestMethod]
    [DataRow(
        "Configuration Platform Version VersionPrefix VersionSuffix PackageVersion AssemblyVersion FileVersion InformationalVersion "
            + "Revision Build BuildNumber BuildId PublishDir OutputPath OutDir DebugType Optimize LangVersion"
    )]
    [DataRow(
        "CI TF_BUILD GITHUB_ACTIONS ContinuousIntegrationBuild RepositoryUrl RepositoryCommit SourceRevisionId RestoreLockedMode "
            + "RestorePackagesWithLockFile RestoreSources NuGetInteractive NuGetAudit RuntimeIdentifier RuntimeIdentifiers TargetFramework "
            + "SelfContained"
    )]
    [DataRow(
        "TreatWarningsAsErrors MSBuildTreatWarningsAsErrors WarningLevel NoWarn WarnAsError AppConfig BuildInParallel "
            + "UseSharedCompilation DesignTimeBuild BuildingInsideVisualStudio SolutionDir SolutionName SkipNonexistentProjects ImageTag "
            + "ContainerRepository"
    )]
    [DataRow(
        "Element Temperature Pressure Precision Region Config Content Date Dates Start Static Stage Status Charge Phase Basis Spin Seed "
            + "Size Range Method Mesh Name Path Scale Rung Site Slate Unit Watt Mass File Files Grid Gap Cell Case Code Core Time Tag Tags "
            + "Label Group Title Note Type Database Dataset DataDir DataSet Temp Weight Rate Ratio"
    )]
    public void Common_properties_and_parameters_of_campaigns_are_left_alone(string names) =>
        Assert.AreEqual("", string.Join("; ", ArgumentCheck.FindMisspelt(names.Split(' ')).Select(p => p.Text)));

    [TestMethod]
    [DataRow("Cancel", "TaskId", Severity.Error)]
    [DataRow("Pause", "AttemptId", Severity.Error)]
    [DataRow("Reset", "State", Severity.Error)]
    [DataRow("Reset", "MaxAge", Severity.Error)]
    [DataRow("CachePrune", "RunId", Severity.Error)]
    [DataRow("Init", "RunId", Severity.Error)]
    [DataRow("Loop", "TaskId", Severity.Error)]
    [DataRow("Status", "TaskId", Severity.Warning)]
    [DataRow("ListRuns", "RunId", Severity.Warning)]
    [DataRow("Cancel", "Comment", Severity.Warning)]
    [DataRow("Respond", "Reason", Severity.Warning)]
    [DataRow("Step", "LoopTimeout", Severity.Warning)]
    public void An_argument_that_the_target_does_not_take_is_an_error_where_more_would_be_done_than_was_meant(
        string target,
        string argument,
        Severity severity
    )
    {
        var problem = CommandLine
            .Parse(["dotnet", "build", "-t:" + target, $"-p:{argument}=x"])
            .FindNotTaken(target, [argument, "Configuration"])
            .Single();

        Assert.AreEqual(severity, problem.Severity);
        StringAssert.Contains(problem.Text, $"{target} does not take {argument}");
    }

    [TestMethod]
    public void What_one_of_the_targets_of_a_command_takes_is_taken()
    {
        Assert.IsEmpty(NotTaken("-t:Rerun;Loop", "-p:TaskId=a"));
        Assert.IsEmpty(NotTaken("-t:Respond", "-t:Loop", "-p:TaskId=a", "-p:Decision=approve"));
        Assert.IsEmpty(NotTaken("/target:Loop,ExportEvidence", "/property:EvidenceKey=k.pem"));
        Assert.HasCount(1, NotTaken("-t:Loop;Report", "-p:EvidenceKey=k.pem"));

        static IReadOnlyCollection<Problem> NotTaken(params string[] arguments)
        {
            var line = CommandLine.Parse(["dotnet", "build", .. arguments]);
            return [.. line.FindNotTaken("Loop", line.Properties)];
        }
    }

    [TestMethod]
    public void Of_a_target_of_the_users_own_and_of_what_another_project_hands_over_nothing_is_said()
    {
        Assert.IsEmpty(
            CommandLine.Parse(["dotnet", "build", "-t:Nightly", "-p:TaskId=a"]).FindNotTaken("Loop", ["TaskId"]),
            "it may call Rerun, too"
        );
        Assert.IsEmpty(CommandLine.Parse(["dotnet", "build", "-t:Loop"]).FindNotTaken("Loop", ["TaskId"]), "a task of MSBuild gave it");
        Assert.IsEmpty(CommandLine.Parse(["testhost"]).FindNotTaken("Loop", ["TaskId"]));
    }

    [TestMethod]
    [DataRow("Lop", "Loop")]
    [DataRow("loops", "Loop")]
    [DataRow("Stat", "Status")]
    [DataRow("Satus", "Status")]
    [DataRow("Respnd", "Respond")]
    [DataRow("Export", "ExportEvidence")]
    [DataRow("Cancle", "Cancel")]
    [DataRow("Hlep", "Help")]
    [DataRow("status", null)]
    [DataRow("Nightly", null)]
    public void The_target_that_a_name_may_stand_for_is_found(string given, string? meant) =>
        Assert.AreEqual(meant, CommandTable.SuggestName(given));

    [TestMethod]
    public void The_command_line_is_for_the_project_that_it_names_or_for_the_one_of_its_folder()
    {
        using var folder = new TempFolder();
        var (project, other) = (Path.Combine(folder.Path, "a.proj"), Path.Combine(folder.Path, "b.proj"));
        File.WriteAllText(project, "");
        File.WriteAllText(other, "");

        Assert.IsTrue(Line("-t:Lop").IsFor(project, folder.Path));
        Assert.IsTrue(Line("a.proj", "-t:Lop").IsFor(project, folder.Path));
        Assert.IsTrue(Line(project, "-t:Lop").IsFor(project, "/"));
        Assert.IsTrue(Line(folder.Path, "-t:Lop").IsFor(project, "/"));
        Assert.IsFalse(Line("b.proj", "-t:Lop").IsFor(project, folder.Path));
        Assert.IsFalse(Line("-t:Lop").IsFor(project, Path.GetTempPath()));

        static CommandLine Line(params string[] arguments) => CommandLine.Parse(["dotnet.dll", "build", .. arguments]);
    }

    [TestMethod]
    public void The_targets_file_knows_every_target_of_the_table()
    {
        var text = XDocument
            .Load(Path.Combine(Repository.Folder, "build", "MatterStack.Build.targets"))
            .Descendants("Import")
            .Single(i => i.Attribute("Project")!.Value == "MatterStack.Build.UnknownTarget.targets")
            .Attribute("Condition")!
            .Value;
        var known = KnownTargets().Match(text).Groups[1].Value.Split('|');

        foreach (var row in CommandTable.All)
        {
            CollectionAssert.Contains(known, row.Name);
        }
    }

    [GeneratedRegex(@"\$\(([A-Za-z_]\w*)\)")]
    private static partial Regex PropertyUsed();

    [GeneratedRegex(@"\(\?!\(\?:([\w|]+)\)")]
    private static partial Regex KnownTargets();
}
