using System.Text.RegularExpressions;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Schema;
using MatterStack.Engine.Wiring.Yaml;

namespace MatterStack.Engine.Wiring;

/// <summary>Rules between fields of a backend.</summary>
internal static class BackendRules
{
    public static void Check(MapNode map, Settings settings, string file, List<Problem> problems)
    {
        if (settings.Group("ssh") is not null && settings.Text("workspace_root") is { } root && !Regex.IsMatch(root, BackendFields.RemoteRootPattern))
        {
            problems.Add(new Problem(
                WiringCodes.BadValue,
                "'workspace_root' on a machine reached over ssh must be absolute or begin with '~/'",
                "Write e.g. /scratch/me/matterstack.",
                Place.Of(file, map.Find("workspace_root")!)));
        }
    }

    /// <summary>Removes values that equal a default that depends on other fields.</summary>
    public static Settings WithoutImplied(Settings settings) =>
        settings.Group("ssh") is not null && settings.Text("workspace_root") == BackendFields.RemoteRoot
            ? new Settings(settings.Values.Where(static pair => pair.Key != "workspace_root").ToDictionary())
            : settings;
}
