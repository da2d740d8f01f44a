namespace MatterStack.Engine.Campaigns;

/// <summary>Properties of the targets files themselves: they are called as settings are, and are none.</summary>
internal static class OwnProperties
{
    public static IReadOnlySet<string> Names { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "MatterStackCampaign", "MatterStackIsWorkspace", "MatterStackTasksFolder", "MatterStackTaskHost", "MatterStackPrepareDependsOn", "MatterStackTargetsImported", "MatterStackPropsImported",
    };
}
