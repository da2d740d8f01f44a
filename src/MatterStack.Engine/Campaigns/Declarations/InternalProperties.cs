namespace MatterStack.Engine.Campaigns.Declarations;

/// <summary>Internal properties of the targets files. Their names look like settings, but they are none.</summary>
internal static class InternalProperties
{
    public static IReadOnlySet<string> Names { get; } =
        new HashSet<string>(StringComparer.OrdinalIgnoreCase)
        {
            "MatterStackCampaign",
            "MatterStackIsWorkspace",
            "MatterStackTasksFolder",
            "MatterStackTaskHost",
            "MatterStackPrepareDependsOn",
            "MatterStackTargetsImported",
            "MatterStackPropsImported",
        };
}
