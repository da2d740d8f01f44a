using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Operators.Plugins;
using MatterStack.Engine.Problems;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace MatterStack.Build;

/// <summary>A build task that runs one command of the engine on the project's workspace.</summary>
public abstract class EngineTask : Microsoft.Build.Utilities.Task, ICancelableTask, IDisposable
{
    private readonly CancellationTokenSource _cancel = new();
    private WorkspaceSettings? _settings;

    /// <summary>The item <c>_MatterStackSettings</c>: all settings of the project, as metadata.</summary>
    [Required]
    public ITaskItem Settings { get; set; } = new TaskItem();

    /// <summary>Rows of the command's result; names of metadata are names of the store's columns.</summary>
    [Output]
    public ITaskItem[] Result { get; private set; } = [];

    /// <summary>The target whose arguments are checked; null if another task of the same target has checked them.</summary>
    private protected abstract string? TargetToCheck { get; }

    /// <summary>The settings of the project.</summary>
    private protected SettingsItem ProjectSettings => new(Settings);

    /// <inheritdoc />
    public void Cancel() => Background.RunGuarded(_cancel.Cancel, Background.IgnoreException);

    /// <inheritdoc />
    public sealed override bool Execute()
    {
        var log = new BuildLog(Log, new WarningsAsErrors(BuildEngine, ProjectSettings), ProjectSettings.ProjectFile);
        try
        {
            return Execute(log);
        }
        catch (Exception e)
        {
            log.ReportDiagnostics(Fault.FormatDetails(e, "the command"));
            log.Report(Fault.CreateProblem(e, "the command"));
            return false;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _cancel.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs the command.</summary>
    private protected abstract CommandResult ExecuteCommand(CommandContext context, CancellationToken cancel);

    /// <summary>Value of a setting; null if the project does not set it.</summary>
    private protected string? GetSetting(string name, string value) => _settings!.ValueOrNull(name, value);

    private bool Execute(BuildLog log)
    {
        var item = ProjectSettings;
        if (Log.LogsMessagesOfImportance(MessageImportance.Low))
        {
            log.ReportDiagnostics(string.Join('\n', item.DescribeSettings()));
        }

        var globals = new GlobalArguments(((IBuildEngine6)BuildEngine).GetGlobalProperties(), item.StartupDirectory);
        if (TargetToCheck is { } target && !globals.CheckNames(target, log))
        {
            return false;
        }

        _settings = new WorkspaceSettings(item, globals, log);
        if (
            !_settings.ReadWorkspace().TryGet(out var workspace, out var problems)
            | !globals.ReadArguments(item.EnvironmentConfig).TryGet(out var arguments, out var more)
        )
        {
            foreach (var problem in problems.Concat(more))
            {
                log.Report(problem);
            }

            return false;
        }

        using var termination = new TerminationGuard(_cancel);
        var result = ExecuteCommand(new CommandContext(workspace!, arguments!, log, CreateHost(item.CampaignAssembly)), _cancel.Token);
        Result = [.. result.Items.Select(ToItem)];
        // A cancelled command has reported it; MSBuild reports the cancellation itself.
        return (result.Success && !log.HasWarningAsError) || (_cancel.IsCancellationRequested && !Log.HasLoggedErrors && ReportStop(log));
    }

    private static EngineHost CreateHost(string campaignAssembly)
    {
        var machine = EngineHost.ThisMachine();
        return campaignAssembly.Length == 0
            ? machine
            : machine with
            {
                Catalog = machine.Catalog.WithPlugins(() => PluginLoader.LoadProviders(campaignAssembly)),
            };
    }

    private static bool ReportStop(BuildLog log)
    {
        log.Detail("stopped on request");
        return true;
    }

    private static TaskItem ToItem(ReportItem row)
    {
        var item = new TaskItem(EscapeItem(ItemText.RemoveControls(row.Identity)));
        foreach (var (name, value) in row.Metadata)
        {
            item.SetMetadata(name, EscapeItem(ItemText.RemoveControls(value)));
        }

        return item;
    }

    // Reasons and paths can hold characters that MSBuild takes for wildcards and lists.
    private static string EscapeItem(string text) =>
        text.Replace("%", "%25", StringComparison.Ordinal)
            .Replace(";", "%3B", StringComparison.Ordinal)
            .Replace("*", "%2A", StringComparison.Ordinal)
            .Replace("?", "%3F", StringComparison.Ordinal)
            .Replace("$", "%24", StringComparison.Ordinal)
            .Replace("@", "%40", StringComparison.Ordinal);
}
