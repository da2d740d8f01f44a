using System.Diagnostics;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Campaigns.Declarations.Fields;
using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Tests.Commands;

/// <summary>A workspace in a folder of its own, with commands given in process and real processes as attempts.</summary>
internal sealed class CommandWorld : IDisposable, ICommandLog
{
    private readonly TempFolder _folder;
    private readonly List<DeclaredTask> _tasks = [];
    private string? _campaignAssembly;

    public CommandWorld(bool inMemory = false)
        : this(new TempFolder(inMemory)) => _folder.Write("campaign/c.proj", "<Project />");

    /// <param name="folder">The workspace of a world in another process.</param>
    public CommandWorld(string folder)
        : this(new TempFolder(folder)) { }

    private CommandWorld(TempFolder folder)
    {
        _folder = folder;
        // More cores than the machine may have, so that tests do not depend on it.
        Host = EngineHost.ThisMachine() with { Cores = 8 };
    }

    public EngineHost Host { get; set; }

    /// <summary>Lets no attempt follow an end from outside, for tests about that end.</summary>
    public CommandWorld WithoutRetries()
    {
        Host = Host with { Conducting = Host.Conducting with { Infrastructure = new(0) } };
        return this;
    }

    /// <summary>Lets attempts follow ends from outside without a pause.</summary>
    public CommandWorld WithoutPauses()
    {
        Host = Host with { Conducting = Host.Conducting with { Infrastructure = new(5) { MinDelay = TimeSpan.Zero } } };
        return this;
    }

    /// <summary>The workspace's cache; null: it has none.</summary>
    public CacheSettings? Cache { get; set; }

    /// <summary>Limit of failures at which a run pauses; null: there is none.</summary>
    public FailureLimit? MaxFailures { get; set; }

    /// <summary>What the group of the runs' folder may do with runs.</summary>
    public MatterStack.Engine.Files.GroupAccess Access { get; set; }

    /// <summary>Whether the first of like tasks starts alone.</summary>
    public bool StartsCanaries { get; set; }

    public List<string> Said { get; } = [];

    public List<Problem> Reported { get; } = [];

    public string Folder => _folder.Path;

    public Workspace Workspace =>
        new("c", _folder.In("campaign/c.proj"), _folder.In("campaign/runs"), _folder.In("campaign/operators.yaml"))
        {
            Cache = Cache,
            MaxFailures = MaxFailures,
            GroupAccess = Access,
            StartsCanaries = StartsCanaries,
        };

    public RunFolder Run => new RunsFolder(Workspace.RunsDirectory).ListRuns()[^1];

    /// <summary>Command that goes on when a file appears, or when the test and its folder are gone: nothing may wait for ever.</summary>
    public static string WaitFor(string gate) => $"while [ ! -e '{gate}' ] && [ -d '{Path.GetDirectoryName(gate)}' ]; do sleep 0.02; done";

    public string In(string relative) => _folder.In(relative);

    public string Write(string relative, string content) => _folder.Write(relative, content);

    public CommandWorld Task(string id, string command, params ReadOnlySpan<(string Name, string Value)> metadata)
    {
        var all = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase) { ["Command"] = [command] };
        foreach (var (name, value) in metadata)
        {
            all[name] = TaskFields.IsList(name) ? value.Split(';') : [value];
        }

        _tasks.RemoveAll(t => t.Id == id);
        _tasks.Add(new DeclaredTask(id, all));
        return this;
    }

    public CommandContext Context(RunArguments? arguments = null) => new(Workspace, arguments ?? new RunArguments(), this, Host);

    public CampaignSource Source() => new(_tasks.ToList(), null) { Assembly = _campaignAssembly };

    /// <summary>Gives the workspace a campaign class in memory; its program is a file of that content.</summary>
    public CommandWorld Class(CampaignInMemory campaign, string program = "program")
    {
        _campaignAssembly = In("campaign/bin/c.dll");
        // Other processes may be reading it.
        if (!File.Exists(_campaignAssembly) || File.ReadAllText(_campaignAssembly) != program)
        {
            Write("campaign/bin/c.dll", program);
        }

        Host = Host with { Campaigns = campaign };
        return this;
    }

    public bool Init(RunArguments? arguments = null) => InitCommand.Execute(Context(arguments), Source()).Success;

    public bool Step(RunArguments? arguments = null) => TickCommand.Step(Context(arguments), Source()).Success;

    public bool Loop(RunArguments? arguments = null)
    {
        using var hang = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var result = TickCommand.Loop(Context(arguments), Source(), hang.Token);
        Assert.IsFalse(hang.IsCancellationRequested, "the loop hung");
        return result.Success;
    }

    /// <summary>What the next loop would do; it writes nothing.</summary>
    public CommandResult Plan(RunArguments? arguments = null) => PlanCommand.Execute(Context(arguments), Source, CancellationToken.None);

    /// <summary>First column of a query of the newest run's store.</summary>
    public List<string?> Query(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Run.StoreFile};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var values = new List<string?>();
        while (reader.Read())
        {
            values.Add(reader.IsDBNull(0) ? null : reader.GetString(0));
        }

        return values;
    }

    public void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Run.StoreFile};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public string States() => string.Join(' ', Query("SELECT task_id || '=' || state FROM tasks ORDER BY seq"));

    public string Attempt(string relative) => Path.Combine(Run.Path, "tasks", relative);

    /// <summary>Waits until an attempt has left its whole exit code.</summary>
    public void UntilExited(string attempt)
    {
        var file = Attempt(attempt + "/exit_code");
        Until(() => File.Exists(file) && File.ReadAllText(file).EndsWith('\n'), "the exit code of " + attempt);
    }

    public static void Until(Func<bool> condition, string what)
    {
        var watch = Stopwatch.StartNew();
        using var pause = new ManualResetEventSlim();
        while (!condition())
        {
            Assert.IsLessThan(30, watch.Elapsed.TotalSeconds, "waited in vain for: " + what);
            pause.Wait(5);
        }
    }

    void ICommandLog.Info(string line) => Said.Add(line);

    void ICommandLog.Detail(string line) { }

    void ICommandLog.Report(Problem problem) => Reported.Add(problem);

    public void Dispose() => _folder.Dispose();
}
