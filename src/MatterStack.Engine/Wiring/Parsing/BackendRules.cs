using System.Text.RegularExpressions;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Fields;

namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>Rules between fields of a backend.</summary>
internal static class BackendRules
{
    public static void Check(MapNode map, Settings settings, string file, List<Problem> problems)
    {
        if (
            settings.GetGroup("ssh") is not null
            && settings.GetText("workspace_root") is { } root
            && !Regex.IsMatch(root, BackendFields.RemoteRootPattern)
        )
        {
            problems.Add(
                new Problem(
                    WiringCodes.BadValue,
                    "'workspace_root' on a machine reached over ssh must be absolute or begin with '~/'",
                    "Write e.g. /scratch/me/matterstack.",
                    YamlPositions.ToPosition(file, map.Find("workspace_root")!)
                )
            );
        }
    }

    /// <summary>Removes values that equal a default that depends on other fields.</summary>
    public static Settings RemoveImplied(Settings settings) =>
        settings.GetGroup("ssh") is not null && settings.GetText("workspace_root") == BackendFields.DefaultRemoteRoot
            ? new Settings(settings.Values.Where(static pair => pair.Key != "workspace_root").ToDictionary())
            : settings;
}
