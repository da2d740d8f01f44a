using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Codes;

namespace MatterStack.Engine.Commands;

/// <summary>Explains which codes and launchers of the wiring a task's command uses.</summary>
internal static class CodeExplanation
{
    /// <summary>A line for each code and launcher: where the wiring defines it, what is run, its hash.</summary>
    /// <param name="catalog">The known kinds of operators.</param>
    /// <param name="wired">The wiring of the task's operator.</param>
    /// <param name="task">The task.</param>
    public static IEnumerable<string> Explain(OperatorCatalog catalog, OperatorWiring wired, CampaignTask task)
    {
        var places = task.Commands.SelectMany(CodePlaceholders.Find).ToList();
        if (places.Count == 0 || catalog.FindProvider(wired.Kind)?.GetShape(wired, task) is not { } shape)
        {
            yield break;
        }

        foreach (var code in wired.Codes.FindUsedCodes(task.Commands))
        {
            var launcher = code.IsLaunchedWith(shape.Ranks) ? Fill(code.Launcher!, shape) + " " : "";
            yield return $"code {code.Name} (from the {code.Level.ToText()}, sha256 {code.Hash.Short}): {launcher}{code.Command}"
                + (code.Modules.Count == 0 ? "" : $"; modules {string.Join(", ", code.Modules)}")
                + (code.Image is { } image ? $"; image {image}" : "");
        }

        foreach (
            var launcher in places
                .Where(static place => place.IsLauncher)
                .Select(place => wired.Codes.FindLauncher(place.Name))
                .OfType<SiteLauncher>()
                .DistinctBy(static launcher => launcher.Name)
        )
        {
            yield return $"launcher {launcher.Name} (from the {launcher.Level.ToText()}, sha256 {launcher.Hash.Short}): "
                + Fill(launcher, shape);
        }
    }

    private static string Fill(SiteLauncher launcher, TaskShape shape) => launcher.Fill(shape.Ranks, shape.Nodes, shape.Cores, shape.Gpus);
}
