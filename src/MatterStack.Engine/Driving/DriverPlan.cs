using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Driving;

/// <summary>A driver of a run: what calls it, where, and in which environment. All paths are absolute.</summary>
internal sealed record DriverPlan
{
    /// <summary>Interval of calls while work is under way, without <c>Every</c>.</summary>
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromMinutes(1);

    /// <summary>Interval while only people are waited for, without a longer <c>Every</c>.</summary>
    public static readonly TimeSpan SlowInterval = TimeSpan.FromMinutes(15);

    public required DriverKind Kind { get; init; }

    public required RunFolder Run { get; init; }

    /// <summary>Name of the workspace, for people.</summary>
    public required string Workspace { get; init; }

    public required string ProjectFile { get; init; }

    /// <summary>Name of the machine that has the entry.</summary>
    public required string Machine { get; init; }

    /// <summary>Home folder of the user.</summary>
    public required string Home { get; init; }

    /// <summary>Path of the <c>dotnet</c> command.</summary>
    public required string Dotnet { get; init; }

    /// <summary>Interval of calls while work is under way.</summary>
    public TimeSpan Interval { get; init; } = DefaultInterval;

    /// <summary>The complete environment of a tick, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>Properties that the user gave besides arguments, such as <c>MatterStackRunsDirectory</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Properties { get; init; } = [];

    /// <summary>What a job of the driver requests; only for kinds that are jobs.</summary>
    public FollowerOptions Follower { get; init; } = FollowerOptions.None;

    /// <summary>Name of the driver's entry: a timer, a job, or the mark of a line.</summary>
    public string Name => "matterstack-" + Run.Id.Value;

    /// <summary>Identity of the driver: a run has one driver, and another one removes itself.</summary>
    public string Identity => $"{Kind.ToText()}@{Machine}";

    /// <summary>Folder with the user's driver scripts. Only the user may write it, as opposed to a run's folder.</summary>
    public string ScriptFolder => Path.Combine(Home, ".matterstack", "drivers");

    /// <summary>The script that one call runs. Several machines may share the home folder.</summary>
    public string ScriptFile => Path.Combine(ScriptFolder, $"{Name}.{Kind.ToText()}.{Machine}.sh");

    /// <summary>Lock under which drivers change the user's crontab.</summary>
    public string LockFile => Path.Combine(Home, ".matterstack", "crontab.lock");

    /// <summary>Folder of the user's systemd units.</summary>
    public string UnitFolder => Path.Combine(Home, ".config", "systemd", "user");

    /// <summary>Whether calls are jobs of a cluster, so that processes that a tick starts end with it.</summary>
    public bool IsJob => Kind is DriverKind.Scrontab or DriverKind.Slurm;
}
