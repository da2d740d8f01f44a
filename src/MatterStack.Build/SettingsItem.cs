using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>The item <c>_MatterStackSettings</c> of the targets file: all that a project sets for a command, as metadata. A setting without
/// a value is an empty text.</summary>
/// <param name="item">The item; MSBuild unescapes its metadata, so that a path arrives as the project wrote it.</param>
internal sealed class SettingsItem(ITaskItem item)
{
    /// <summary>Absolute path of the campaign project.</summary>
    public string ProjectFile => item.GetMetadata(nameof(ProjectFile));

    /// <summary>Folder in which the command was started; relative paths in arguments are relative to it.</summary>
    public string StartupDirectory => item.GetMetadata(nameof(StartupDirectory));

    /// <summary>Setting <c>MatterStackWorkspace</c>; the default is the project's file name.</summary>
    public string Workspace => item.GetMetadata(nameof(Workspace));

    /// <summary>Setting <c>MatterStackRunsDirectory</c>; the default is <c>runs</c>.</summary>
    public string RunsDirectory => item.GetMetadata(nameof(RunsDirectory));

    /// <summary>Setting <c>MatterStackOperatorsFile</c>; the default is <c>operators.yaml</c>.</summary>
    public string OperatorsFile => item.GetMetadata(nameof(OperatorsFile));

    /// <summary>Setting <c>MatterStackCacheDirectory</c>; the default is <c>.matterstack/cache</c>.</summary>
    public string CacheDirectory => item.GetMetadata(nameof(CacheDirectory));

    /// <summary>Setting <c>MatterStackCacheMode</c>; the default is <c>readwrite</c>.</summary>
    public string CacheMode => item.GetMetadata(nameof(CacheMode));

    /// <summary>Setting <c>MatterStackPollInterval</c> (<c>hh:mm:ss</c>); the default is 15 s.</summary>
    public string PollInterval => item.GetMetadata(nameof(PollInterval));

    /// <summary>Setting <c>MatterStackMaxFailures</c>: a number of tasks, or a share of the ended tasks; the default is no limit.</summary>
    public string MaxFailures => item.GetMetadata(nameof(MaxFailures));

    /// <summary>Setting <c>MatterStackCanary</c>: whether one task of each kind starts before the others; the default is false.</summary>
    public string Canary => item.GetMetadata(nameof(Canary));

    /// <summary>Setting <c>MatterStackGroupAccess</c>; the default is <c>none</c>.</summary>
    public string GroupAccess => item.GetMetadata(nameof(GroupAccess));

    /// <summary>Setting <c>MatterStackTrustLocks</c>; the default is <c>false</c>.</summary>
    public string TrustLocks => item.GetMetadata(nameof(TrustLocks));

    /// <summary>Setting <c>MatterStackInfrastructureRetries</c>; the default is 5.</summary>
    public string InfrastructureRetries => item.GetMetadata(nameof(InfrastructureRetries));

    /// <summary>Setting <c>MatterStackCampaignClass</c>; the default is the only campaign class of the project.</summary>
    public string CampaignClass => item.GetMetadata(nameof(CampaignClass));

    /// <summary>Absolute path of the assembly that the project compiles to; it may hold a campaign class and operators. Empty if the
    /// project compiles to none.</summary>
    public string CampaignAssembly => item.GetMetadata(nameof(CampaignAssembly));

    /// <summary>Absolute path of the campaign's compiled program; empty if it has none.</summary>
    public string CampaignProgram => item.GetMetadata(nameof(CampaignProgram));

    /// <summary>Value of the environment variable <c>MATTERSTACK_OPERATORS_CONFIG</c>.</summary>
    public string EnvironmentConfig => item.GetMetadata(nameof(EnvironmentConfig));

    /// <summary>Property <c>TreatWarningsAsErrors</c> of the project.</summary>
    public string TreatWarningsAsErrors => item.GetMetadata(nameof(TreatWarningsAsErrors));

    /// <summary>Property <c>WarningsAsErrors</c> of the project: codes.</summary>
    public string WarningsAsErrors => item.GetMetadata(nameof(WarningsAsErrors));

    /// <summary>Property <c>WarningsNotAsErrors</c> of the project: codes.</summary>
    public string WarningsNotAsErrors => item.GetMetadata(nameof(WarningsNotAsErrors));

    /// <summary>All settings that have a value, one line each, for the log.</summary>
    public IEnumerable<string> DescribeSettings() =>
        from name in item.CloneCustomMetadata().Keys.Cast<string>().Order(StringComparer.Ordinal)
        let value = item.GetMetadata(name)
        where value.Length > 0
        select $"[setting] {name} = {value}";
}
