using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Codes;

namespace MatterStack.Engine.Operators.Scripts;

/// <summary>All commands of a task with the codes and launchers of its operator.</summary>
/// <param name="Command">The command.</param>
/// <param name="Restart">What runs instead if files were carried; null: the command.</param>
/// <param name="Check">What checks the carried files; null: nothing.</param>
/// <param name="Monitor">What runs beside the command; null: nothing.</param>
internal sealed record SiteCommands(SiteCommand Command, SiteCommand? Restart, SiteCommand? Check, SiteCommand? Monitor)
{
    /// <summary>The command with the codes of all commands: their modules, variables and setup are in force for all of them.</summary>
    public SiteCommand All =>
        Restart is null && Check is null && Monitor is null
            ? Command
            : Command with
            {
                Codes = JoinCodes([Command, Restart, Check, Monitor]),
                LauncherTexts =
                [
                    .. new[] { Command, Restart, Check, Monitor }
                        .OfType<SiteCommand>()
                        .SelectMany(static one => one.LauncherTexts)
                        .Distinct(StringComparer.Ordinal),
                ],
            };

    /// <summary>Builds the commands of an attempt. Its task was checked before.</summary>
    /// <exception cref="ProblemException">A command cannot be built.</exception>
    public static SiteCommands Build(CampaignTask task, TaskShape shape, CommandSite site) =>
        TryBuild(task, shape, site) is var built && built.TryGet(out var commands)
            ? commands
            : throw new ProblemException(built.Problems[0]);

    /// <summary>Returns why the commands of a task cannot be built; null if they can.</summary>
    public static Problem? FindProblem(CampaignTask task, TaskShape shape, CommandSite site) =>
        (task.Ranks > 1 || task.Commands.Any(static command => CodePlaceholders.MayBeIn(command)))
        && TryBuild(task, shape, site) is { IsSuccess: false } failed
            ? failed.Problems[0]
            : null;

    private static Result<SiteCommands> TryBuild(CampaignTask task, TaskShape shape, CommandSite site)
    {
        var found = new List<SiteCommand?>();
        foreach (
            var (name, text) in new[]
            {
                (nameof(CampaignTask.Command), task.Command),
                (nameof(CampaignTask.RestartCommand), task.RestartCommand),
                (nameof(CampaignTask.CarryIf), task.CarryIf),
                (nameof(CampaignTask.Monitor), task.Monitor),
            }
        )
        {
            if (text is null)
            {
                found.Add(null);
            }
            else if (new SiteCommandBuilder(task, name, text, shape, site).BuildCommand() is var built && built.TryGet(out var command))
            {
                found.Add(command);
            }
            else
            {
                return Result<SiteCommands>.Fail(built.Problems);
            }
        }

        return SiteCommandBuilder.FindVariableConflict(JoinCodes(found)) is { } conflict
            ? conflict
            : new SiteCommands(found[0]!, found[1], found[2], found[3]);
    }

    private static List<SiteCode> JoinCodes(IEnumerable<SiteCommand?> commands) =>
        [
            .. commands
                .OfType<SiteCommand>()
                .SelectMany(static one => one.Codes)
                .DistinctBy(static code => code.Name, StringComparer.Ordinal),
        ];
}
