using MatterStack.Engine.Caching;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Selections;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;

namespace MatterStack.Benchmarks;

/// <summary>A workspace with a campaign of equal tasks, moved in this process.</summary>
internal sealed class BenchmarkCampaign : IDisposable
{
    private readonly Scratch _scratch = new();
    private readonly CampaignSource _source;

    /// <param name="tasks">How many.</param>
    /// <param name="command">What each runs.</param>
    /// <param name="key">Where they are routed.</param>
    public BenchmarkCampaign(int tasks, string command = ": > out", string key = "local.default")
    {
        var project = Path.Combine(_scratch.Folder, "bench.proj");
        File.WriteAllText(project, "<Project />");
        Workspace = new Workspace("bench", project, Path.Combine(_scratch.Folder, "runs"), Path.Combine(_scratch.Folder, "operators.yaml"));
        var declared = new List<DeclaredTask>(tasks);
        for (var i = 0; i < tasks; i++)
        {
            declared.Add(Declare(i, command, key, i == 0 ? null : declared[i - 1].Metadata));
        }

        _source = new CampaignSource(declared, null);
    }

    /// <param name="tasks">Its tasks.</param>
    public BenchmarkCampaign(IEnumerable<DeclaredTask> tasks)
        : this(0) => _source = new CampaignSource([.. tasks], null);

    /// <param name="campaign">A campaign class of this assembly, in place of items.</param>
    public BenchmarkCampaign(Type campaign)
        : this(0) => _source = new CampaignSource([], null) { Assembly = campaign.Assembly.Location, ClassName = campaign.FullName };

    public Workspace Workspace { get; }

    public EngineHost Host { get; init; } = EngineHost.ThisMachine();

    public RunFolder Run => new RunsFolder(Workspace.RunsDirectory).ListRuns()[^1];

    /// <summary>What may be done with its cache.</summary>
    public CacheMode Cache { get; init; } = CacheMode.Off;

    /// <summary>Where that is; null: in the workspace.</summary>
    public string? CacheFolder { get; init; }

    public CommandContext Context =>
        new(
            Workspace with
            {
                Cache = new CacheSettings(CacheFolder ?? Path.Combine(Workspace.Folder, "cache"), Cache),
            },
            new RunArguments(),
            new Silent(),
            Host
        );

    /// <summary>What is declared.</summary>
    public CampaignSource Source => _source;

    /// <summary>Services of a command with arguments.</summary>
    public CommandContext CreateContext(RunArguments arguments) => new(Context.Workspace, arguments, new Silent(), Host);

    /// <summary>Reads and hashes all that is declared.</summary>
    public void Define() => _source.ReadDefinition(Workspace.CampaignFolders, Host.Campaigns).GetValueOrThrow();

    public void Init() => Expect(InitCommand.Execute(Context, _source));

    public void Loop() => Expect(TickCommand.Loop(Context, _source, CancellationToken.None));

    public void Step() => Expect(TickCommand.Step(Context, _source));

    /// <summary>Gives selected tasks another time limit.</summary>
    public void Amend(string selection, string minutes)
    {
        var arguments = new RunArguments
        {
            Select = TaskSelection.Parse(selection).GetValueOrThrow(),
            TimeLimitMinutes = minutes,
            Confirm = true,
        };
        Expect(AmendCommand.Execute(new CommandContext(Workspace, arguments, new Silent(), Host), CancellationToken.None));
    }

    /// <summary>Shows what the next loop would do.</summary>
    /// <param name="newRun">Whether a new run is planned.</param>
    public void Plan(bool newRun) =>
        Expect(
            PlanCommand.Execute(Context with { Arguments = new RunArguments { NewRun = newRun } }, () => _source, CancellationToken.None)
        );

    public void Step(TaskSelection selection)
    {
        var context = Context;
        Expect(TickCommand.Step(new(context.Workspace, new RunArguments { Select = selection }, new Silent(), Host), _source));
    }

    public void Dispose() => _scratch.Dispose();

    private static DeclaredTask Declare(int number, string command, string key, DeclaredMetadata? previous) =>
        new(
            "t" + number,
            new DeclaredMetadata(
                new Dictionary<string, IReadOnlyList<string>> { ["Command"] = [command], ["OperatorKey"] = [key] },
                previous
            ),
            null
        );

    private static void Expect(CommandResult result)
    {
        if (!result.Success)
        {
            throw new InvalidOperationException("the command failed");
        }
    }

    private sealed class Silent : ICommandLog
    {
        public void Info(string line) { }

        public void Detail(string line) { }

        public void Report(Problem problem) => Console.Error.WriteLine(problem);
    }
}
