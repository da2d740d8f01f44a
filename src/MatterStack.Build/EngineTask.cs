using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Operators.Own;
using MatterStack.Engine.Problems;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace MatterStack.Build;

/// <summary>A build task that runs one command of the engine on the project's workspace.</summary>
public abstract class EngineTask : Microsoft.Build.Utilities.Task, ICancelableTask, IDisposable
{
    private readonly CancellationTokenSource _cancel = new();
    private Settings? _settings;

    /// <summary>Absolute path of the campaign project.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>Setting <c>MatterStackWorkspace</c>; empty means the project's file name.</summary>
    public string Workspace { get; set; } = "";

    /// <summary>Setting <c>MatterStackRunsDirectory</c>; empty means <c>runs</c>.</summary>
    public string RunsDirectory { get; set; } = "";

    /// <summary>Setting <c>MatterStackOperatorsFile</c>; empty means <c>operators.yaml</c>.</summary>
    public string OperatorsFile { get; set; } = "";

    /// <summary>Setting <c>MatterStackCacheDirectory</c>; empty means <c>.matterstack/cache</c>.</summary>
    public string CacheDirectory { get; set; } = "";

    /// <summary>Setting <c>MatterStackCacheMode</c>; empty means <c>readwrite</c>.</summary>
    public string CacheMode { get; set; } = "";

    /// <summary>Setting <c>MatterStackPollInterval</c> (<c>hh:mm:ss</c>); empty means 15 s.</summary>
    public string PollInterval { get; set; } = "";

    /// <summary>Setting <c>MatterStackGroupAccess</c>; empty means <c>none</c>.</summary>
    public string GroupAccess { get; set; } = "";

    /// <summary>Setting <c>MatterStackTrustLocks</c>; empty means <c>false</c>.</summary>
    public string TrustLocks { get; set; } = "";

    /// <summary>Folder that the command was started in; relative paths in arguments are relative to it.</summary>
    public string StartupDirectory { get; set; } = "";

    /// <summary>Absolute path of the assembly that the project compiles to, in which a campaign class and operators of its own may be; empty if it compiles to none.</summary>
    public string CampaignAssembly { get; set; } = "";

    /// <summary>Value of the environment variable <c>MATTERSTACK_OPERATORS_CONFIG</c>.</summary>
    public string EnvironmentConfig { get; set; } = "";

    /// <summary>Properties <c>TreatWarningsAsErrors</c>, <c>WarningsAsErrors</c> and <c>WarningsNotAsErrors</c> of the project, with <c>|</c> between them.</summary>
    public string Warnings { get; set; } = "";

    /// <summary>What the command found, with the names of the store's columns as metadata.</summary>
    [Output]
    public ITaskItem[] Result { get; private set; } = [];

    /// <inheritdoc />
    public void Cancel() => Background.Guard(_cancel.Cancel, Background.Ignore);

    /// <inheritdoc />
    public sealed override bool Execute()
    {
        var log = new BuildLog(Log, new WarningsAsErrors(BuildEngine, Warnings), ProjectFile);
        try
        {
            return Execute(log);
        }
        catch (Exception e)
        {
            log.Diagnose(Fault.Details(e, "the command"));
            log.Report(Fault.Of(e, "the command"));
            return false;
        }
    }

    private bool Execute(BuildLog log)
    {
        var globals = new GlobalArguments(((IBuildEngine6)BuildEngine).GetGlobalProperties(), StartupDirectory);
        if (TargetToCheck is { } target && !globals.Check(target, log))
        {
            return false;
        }

        var settings = new Settings(globals, log);
        if (!settings.Workspace(this).TryGet(out var workspace, out var problems) | !globals.Read(EnvironmentConfig).TryGet(out var arguments, out var more))
        {
            foreach (var problem in problems.Concat(more))
            {
                log.Report(problem);
            }

            return false;
        }

        _settings = settings;
        using var termination = new TerminationGuard(_cancel);
        var result = Run(new CommandContext(workspace!, arguments!, log, Host()), _cancel.Token);
        Result = [.. result.Items.Select(ToItem)];
        // A command that was cancelled has said so; the engine reports the cancelling itself.
        return (result.Success && !log.HasWarningAsError) || (_cancel.IsCancellationRequested && !Log.HasLoggedErrors && Stopped(log));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _cancel.Dispose();
        GC.SuppressFinalize(this);
    }

    private EngineHost Host()
    {
        var machine = EngineHost.ThisMachine();
        return CampaignAssembly.Length == 0 ? machine : machine with { Catalog = machine.Catalog.With(() => OwnProviders.Load(CampaignAssembly)) };
    }

    /// <summary>The target by whose arguments those of the command are checked; null where a task of the same target has done so before.</summary>
    private protected abstract string? TargetToCheck { get; }

    /// <summary>The command.</summary>
    private protected abstract CommandResult Run(CommandContext context, CancellationToken cancel);

    /// <summary>A setting of the project, or null if it says nothing.</summary>
    private protected string? Setting(string name, string value) => _settings!.Own(name, value);

    private static bool Stopped(BuildLog log)
    {
        log.Detail("stopped on request");
        return true;
    }

    private static TaskItem ToItem(ReportItem item)
    {
        var made = new TaskItem(EscapeItem(ItemText.Plain(item.Identity)));
        foreach (var (name, value) in item.Metadata)
        {
            made.SetMetadata(name, EscapeItem(ItemText.Plain(value)));
        }

        return made;
    }

    // Reasons and paths can hold what MSBuild takes for wildcards and lists.
    private static string EscapeItem(string text) => text.Replace("%", "%25", StringComparison.Ordinal).Replace(";", "%3B", StringComparison.Ordinal)
        .Replace("*", "%2A", StringComparison.Ordinal).Replace("?", "%3F", StringComparison.Ordinal).Replace("$", "%24", StringComparison.Ordinal)
        .Replace("@", "%40", StringComparison.Ordinal);
}
