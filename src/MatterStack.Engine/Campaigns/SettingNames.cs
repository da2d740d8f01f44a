namespace MatterStack.Engine.Campaigns;

/// <summary>Names of the settings: properties of a campaign project that the engine reads.</summary>
internal static class SettingNames
{
    /// <summary>All settings, in the order of the reference page.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "MatterStackWorkspace",
        "MatterStackRunsDirectory",
        "MatterStackOperatorsFile",
        "MatterStackCacheDirectory",
        "MatterStackCacheMode",
        "MatterStackPollInterval",
        "MatterStackMaxFailures",
        "MatterStackGroupAccess",
        "MatterStackTrustLocks",
        "MatterStackInfrastructureRetries",
        "MatterStackCanary",
        "MatterStackCampaignClass",
    ];
}
