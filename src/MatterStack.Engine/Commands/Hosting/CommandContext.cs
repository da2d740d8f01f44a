using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Resolving;
using MatterStack.Engine.Wiring.Secrets;

namespace MatterStack.Engine.Commands.Hosting;

/// <summary>The services of a command.</summary>
internal sealed record CommandContext(Workspace Workspace, RunArguments Arguments, ICommandLog Log, EngineHost Host)
{
    private readonly ICommandLog _log = Log;

    /// <summary>The log of the command; it cleans every line.</summary>
    public ICommandLog Log
    {
        get => new RedactingLog(_log, Secrets);
        init => _log = value;
    }

    /// <summary>Resolves the secrets that the wiring refers to, and hides them in all messages and files.</summary>
    public SecretResolver Secrets { get; } =
        new(Environment.GetEnvironmentVariable, Host.Disk, new WiringPaths(Workspace.Folder, Host.HomeFolder));

    public RunsFolder Runs => new(Workspace.RunsDirectory, Workspace.GroupAccess, Workspace.TrustLocks);

    /// <summary>Returns a context for work in a run: new files get the group access of the run's folder.</summary>
    public CommandContext WithGroupAccessOf(RunFolder run)
    {
        if (GroupPermissions.ReadAccess(run.Path) is not (var access and not GroupAccess.None))
        {
            return this;
        }

        var host = Host with { Disk = new GroupSharedDisk(Host.Disk, run.Path, access) };
        return this with { Host = host, Wirings = new WiringService(host.Disk, host.Clock, () => host.Catalog.Schema) };
    }

    public WiringService Wirings { get; init; } = new(Host.Disk, Host.Clock, () => Host.Catalog.Schema);

    /// <summary>Reports the output and the warnings of a campaign class to the user.</summary>
    public CampaignListener Listener => new(line => Log.Info($"{Workspace.Slug}: the campaign prints: {line}"), Log.Report);

    /// <summary>Runs a command. Errors that a user can cause become problems, never a stack trace.</summary>
    public CommandResult RunGuarded(Func<CommandResult> command)
    {
        try
        {
            return command();
        }
        catch (ProblemException e)
        {
            return ReportFailure(e.Problems);
        }
        catch (OperationCanceledException)
        {
            Log.Info($"{Workspace.Slug}: stopped before the command did anything");
            return CommandResult.Failed;
        }
        catch (ReadDeniedException e)
        {
            return ReportFailure([Problem.Create(RunCodes.NotPermitted, e.Message)]);
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return ReportFailure([new Problem(RunCodes.FolderNotWritable, e.Message, RunCodes.FolderNotWritable.Remedy)]);
        }
        catch (Exception e)
        {
            Log.ReportDiagnostics(Fault.FormatDetails(e, "the command"));
            return ReportFailure([Fault.CreateProblem(e, "the command")]);
        }
    }

    /// <summary>Runs a command on the run that the arguments name, or on the newest run. A run that is not found is reported.</summary>
    public CommandResult WithRun(Func<RunFolder, CommandResult> command) =>
        RunGuarded(() => Runs.FindRun(Arguments.RunId).TryGet(out var run, out var problems) ? command(run) : ReportFailure(problems));

    /// <summary>Reads the logs of a run, and hides the secrets of its wiring in them.</summary>
    public LogTail OpenLogs(RunFolder run, RunWiring? wiring)
    {
        if (wiring is not null)
        {
            Secrets.AddWiring(wiring.Operators);
        }

        return new LogTail(run.Path, Secrets.Redact);
    }

    /// <summary>Whether <c>-t:Respond</c> answers attempts of an operator.</summary>
    public bool TakesResponses(OperatorKey operatorKey) => Host.Catalog.FindBuiltIn(operatorKey)?.TakesResponses == true;

    /// <summary>Whether people or instruments do the work of an operator of a built-in kind.</summary>
    public bool IsExternalWork(OperatorKey operatorKey) => Host.Catalog.FindBuiltIn(operatorKey)?.IsExternalWork == true;

    /// <summary>Finds where the work of an attempt runs. Returns null if the place is visible from this machine, or if the external id does
    /// not name a place.</summary>
    public HiddenWork? FindHiddenWork(OperatorKey operatorKey, string? externalId) =>
        externalId is null ? null : Host.Catalog.FindBuiltIn(operatorKey)?.FindHiddenWork(externalId, Host.Machine);

    public CommandResult ReportFailure(IReadOnlyList<Problem> problems)
    {
        ReportProblems(problems);
        return CommandResult.Failed;
    }

    public void ReportProblems(IEnumerable<Problem> problems)
    {
        foreach (var problem in problems)
        {
            Log.Report(problem);
        }
    }

    public WiringRequest CreateWiringRequest() =>
        new()
        {
            OperatorsConfig = Arguments.OperatorsConfig,
            EnvironmentConfig = Arguments.EnvironmentConfig,
            WorkspaceDefault = Workspace.OperatorsFile,
            WorkspaceFolder = Workspace.Folder,
            HpcConfig = Arguments.HpcConfig,
            Profile = Arguments.Profile,
            ProfilesConfig = Arguments.ProfilesConfig,
            IsForced = Arguments.ForceWiringOverride,
            Reason = UntrustedText.ToLineOrNull(Arguments.OverrideReason),
            User = Host.User,
            Host = Host.Machine,
            HomeFolder = Host.HomeFolder,
        };
}
