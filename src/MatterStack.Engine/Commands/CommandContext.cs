using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Commands;

/// <summary>What every command has at hand.</summary>
internal sealed record CommandContext(Workspace Workspace, RunArguments Arguments, ICommandLog Log, EngineHost Host)
{
    private readonly ICommandLog _log = Log;

    /// <summary>Where the command speaks to its user, in clean lines.</summary>
    public ICommandLog Log
    {
        get => new CleanLog(_log, Secrets);
        init => _log = value;
    }

    /// <summary>Resolves what wiring refers to, and hides it in all that is said and written.</summary>
    public SecretKeeper Secrets { get; } = new(Environment.GetEnvironmentVariable, Host.Disk, new WiringPaths(Workspace.Folder, Host.HomeFolder));

    public RunsFolder Runs => new(Workspace.RunsDirectory, Workspace.GroupAccess, Workspace.TrustLocks);

    /// <summary>The same for work in a run: what it makes there is open to the group that the run's folder is open to.</summary>
    public CommandContext In(RunFolder run)
    {
        if (SharedFolder.Of(run.Path) is not (var access and not GroupAccess.None))
        {
            return this;
        }

        var host = Host with { Disk = new SharedDisk(Host.Disk, run.Path, access) };
        return this with { Host = host, Wirings = new WiringKeeper(host.Disk, host.Clock, host.Catalog.Schema) };
    }

    public WiringKeeper Wirings { get; init; } = new(Host.Disk, Host.Clock, Host.Catalog.Schema);

    /// <summary>Tells the user what a campaign class prints, and what it is warned of.</summary>
    public CampaignListener Listener => new(line => Log.Say($"{Workspace.Slug}: the campaign prints: {line}"), Log.Report);

    /// <summary>Runs a command; what a user can cause comes out as problems, never as a stack trace.</summary>
    public CommandResult Guard(Func<CommandResult> command)
    {
        try
        {
            return command();
        }
        catch (ProblemException e)
        {
            return Fail(e.Problems);
        }
        catch (OperationCanceledException)
        {
            Log.Say($"{Workspace.Slug}: stopped before anything was done");
            return CommandResult.Failed;
        }
        catch (ReadDeniedException e)
        {
            return Fail([Problem.Of(RunCodes.NotPermitted, e.Message)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail([new Problem(RunCodes.FolderNotWritable, e.Message, RunCodes.FolderNotWritable.Remedy)]);
        }
        catch (Exception e)
        {
            Log.Diagnose(Fault.Details(e, "the command"));
            return Fail([Fault.Of(e, "the command")]);
        }
    }

    /// <summary>Reads the logs of a run; what its wiring refers to is hidden in them.</summary>
    public LogTail LogsOf(RunFolder run, RunWiring? wiring)
    {
        if (wiring is not null)
        {
            Secrets.Learn(wiring.Operators);
        }

        return new LogTail(run.Path, Secrets.Hide);
    }

    public CommandResult Fail(IReadOnlyList<Problem> problems)
    {
        Report(problems);
        return CommandResult.Failed;
    }

    public void Report(IEnumerable<Problem> problems)
    {
        foreach (var problem in problems)
        {
            Log.Report(problem);
        }
    }

    public WiringRequest WiringRequest() => new()
    {
        OperatorsConfig = Arguments.OperatorsConfig,
        EnvironmentConfig = Arguments.EnvironmentConfig,
        WorkspaceDefault = Workspace.OperatorsFile,
        WorkspaceFolder = Workspace.Folder,
        HpcConfig = Arguments.HpcConfig,
        Profile = Arguments.Profile,
        ProfilesConfig = Arguments.ProfilesConfig,
        Force = Arguments.ForceWiringOverride,
        Reason = OutsideText.ToLineOrNull(Arguments.OverrideReason),
        User = Host.User,
        Host = Host.Machine,
        HomeFolder = Host.HomeFolder,
    };
}
