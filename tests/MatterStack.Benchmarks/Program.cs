using System.Globalization;
using MatterStack.Benchmarks;

// dotnet run -c Release --project tests/MatterStack.Benchmarks [NAME…]: all figures, or those whose name begins with one of the words.
if (args is ["--isolated", ..])
{
    Isolated.Answer(args);
    return;
}

var benchmarks = new (string Name, Func<IEnumerable<Figure>> Measure)[]
{
    ("step", DotnetCommands.NoOpStep),
    ("gluster", GlusterCost.NoOpStep),
    ("package", PackageCost.Measure),
    ("wiring", WiringCost.Measure),
    ("site", SiteCost.Measure),
    ("retry", RetryCost.Measure),
    ("amend", AmendCost.Measure),
    ("plan", PlanCost.Measure),
    ("campaign", CampaignCost.Measure),
    ("answers", AnswerLatency.Measure),
    ("cache", CacheCost.Measure),
    ("large-cache", CacheCost.Large),
    ("evidence", EvidenceCost.Measure),
    ("report", ReportCost.Measure),
    ("index", OverviewCost.Measure),
    ("results", ResultsCost.MeasureResults),
    ("compare", ResultsCost.MeasureComparison),
    ("engine", EngineAlone.Measure),
    ("tick-5000", () => NoOpTick.Measure(5_000, 50)),
    ("tick-100000", () => NoOpTick.Measure(100_000, 500)),
    ("select", SelectionCost.Measure),
    ("large", LargeCampaign.Measure),
    ("inodes", LocalTasks.Inodes),
    ("usage", UsageCost.Measure),
    ("local-1000", () => LocalTasks.Measure(1_000, 5)),
    ("local-10000", () => LocalTasks.Measure(10_000, 1)),
    ("local-20000", () => LocalTasks.Measure(20_000, 1)),
    ("slurm", SlurmCost.Measure),
    ("submit-limit-100", () => SubmitLimit.Measure(100)),
    ("submit-limit-1000", () => SubmitLimit.Measure(1_000)),
    ("transfer", TransferCost.Measure),
    ("clone", DotnetCommands.FreshClone),
};

using (var scratch = new Scratch())
{
    var load = File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "?";
    Console.WriteLine(
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores, load {load}, .NET {Environment.Version}, "
                + $"files on {new DriveInfo(scratch.Folder).DriveFormat}; CPU is user and system time of all processes"
        )
    );
}

Console.WriteLine();
Console.WriteLine(Figure.Heading);
foreach (var (_, measure) in benchmarks.Where(b => args.Length == 0 || args.Any(a => b.Name.StartsWith(a, StringComparison.Ordinal))))
{
    foreach (var figure in measure())
    {
        Console.WriteLine(figure);
    }
}
