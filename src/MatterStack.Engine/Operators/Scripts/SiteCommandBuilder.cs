using System.Text;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations.Fields;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Codes;

namespace MatterStack.Engine.Operators.Scripts;

/// <summary>Puts the codes and launchers of an operator into the command of a task. The texts are put in as they are written; nothing is
/// quoted again.</summary>
/// <param name="task">The task.</param>
/// <param name="metadata">Name of the metadata that has the command.</param>
/// <param name="text">The command.</param>
/// <param name="shape">What the task asks for, or else the site.</param>
/// <param name="site">What its operator has.</param>
internal sealed class SiteCommandBuilder(CampaignTask task, string metadata, string text, TaskShape shape, CommandSite site)
{
    private readonly SiteCodes _codes = site.Codes;
    private readonly List<SiteCode> _used = [];
    private readonly List<string> _launcherTexts = [];

    // A check of files may be a program of one process, whatever the ranks of the task.
    private readonly bool _mayStartOne = metadata is nameof(CampaignTask.CarryIf) or nameof(CampaignTask.Monitor);
    private bool _launches;

    /// <summary>Builds the command. The problem of a command that cannot be built names neither task nor position.</summary>
    public Result<SiteCommand> BuildCommand()
    {
        var command = TaskFields.NormalizeCommand(text);
        var places = CodePlaceholders.Find(command);
        var filled = new StringBuilder();
        var copied = 0;
        for (var i = 0; i < places.Count; i++)
        {
            var place = places[i];
            var launched = i > 0 && places[i - 1].IsLauncher && IsBlankBetween(command, places[i - 1], place);
            var found = FindText(place, launched);
            if (!found.TryGet(out var insert))
            {
                return Result<SiteCommand>.Fail(found.Problems);
            }

            if (FindQuoteProblem(command, place, insert) is { } problem)
            {
                return problem;
            }

            filled.Append(command, copied, place.Start - copied).Append(insert);
            copied = place.Start + place.Length;
        }

        if (FindRankProblem() is { } alone)
        {
            return alone;
        }

        var whole = AttemptScript.FillProgram(filled.Append(command, copied, command.Length - copied).ToString());
        var image = FindImage();
        return image.TryGet(out var known, out var problems)
            ? new SiteCommand(whole, _used) { Image = known.Length == 0 ? null : known, LauncherTexts = _launcherTexts }
            : Result<SiteCommand>.Fail(problems);
    }

    private static bool IsBlankBetween(string command, CodePlaceholder first, CodePlaceholder second) =>
        command.AsSpan(first.Start + first.Length, second.Start - first.Start - first.Length) is { Length: > 0 } between
        && between.IndexOfAnyExcept(' ', '\t') < 0;

    private Result<string> FindText(CodePlaceholder place, bool isLaunched)
    {
        var written = Format(place);
        if (place.IsOpen)
        {
            return Problem.Create(CampaignCodes.CodeNotUsable, $"its {metadata} has '{written}' without the closing brace");
        }

        if (place.Name is { } name && !CodePlaceholders.IsName(name))
        {
            return new Problem(
                CampaignCodes.CodeNotUsable,
                $"its {metadata} has '{written}', and '{name}' is not the name of a {(place.IsLauncher ? "launcher" : "code")}",
                "A name is made of letters, digits, '_', '.', '+' and '-', and stands between ':' and '}' without blanks."
            );
        }

        return place.IsLauncher ? FindLauncherText(place.Name, written) : FindCodeText(place.Name!, written, isLaunched);
    }

    private Result<string> FindLauncherText(string? name, string written)
    {
        if (_codes.FindLauncher(name) is not { } launcher)
        {
            return new Problem(
                CampaignCodes.UnknownCode,
                name is null && _codes.Launchers.Count > 0
                    ? $"its {metadata} has {written}, and '{task.OperatorKey}' has several launchers"
                    : $"its {metadata} has {written}, and '{task.OperatorKey}' has no launcher{(name is null ? "" : $" '{name}'")}",
                name is null && _codes.Launchers.Count > 0
                    ? $"Name one: {string.Join(" or ", _codes.Launchers.Keys.Select(static one => $"{{launch:{one}}}"))}."
                    : CreateNameRemedy(name, _codes.Launchers.Keys, "launchers")
            );
        }

        _launches = true;
        return FillLauncher(launcher);
    }

    private Result<string> FindCodeText(string name, string written, bool isLaunched)
    {
        if (!_codes.Codes.TryGetValue(name, out var code))
        {
            return new Problem(
                CampaignCodes.UnknownCode,
                $"its {metadata} has {written}, and '{task.OperatorKey}' has no code '{name}'",
                CreateNameRemedy(name, _codes.Codes.Keys, "codes")
            );
        }

        var uses = code.IsLaunchedWith(shape.Ranks);
        if (uses && isLaunched)
        {
            return new Problem(
                CampaignCodes.CodeNotUsable,
                $"its {metadata} has a launcher before {written}, and this code brings its launcher '{code.LauncherName}' itself",
                "Remove the launcher before it."
            );
        }

        if (shape.Ranks > 1 && !uses && !isLaunched && !_mayStartOne)
        {
            return new Problem(
                CampaignCodes.RanksWithoutLauncher,
                $"it has {shape.Ranks} ranks, and the code '{name}' of '{task.OperatorKey}' has no launcher"
                    + (code.LauncherName is { } missing ? $": there is no launcher '{missing}'" : ""),
                $"Give the code a launcher in operators.yaml; or write {{launch}} before {written}; or run it in a task with one rank."
            );
        }

        _launches |= uses;
        if (!_used.Contains(code))
        {
            _used.Add(code);
        }

        var command =
            code.Image is { } image && site.Container is { Engine: ContainerCommand.Apptainer } container
                ? $"{ContainerCommand.BuildExec(container, image, task, site.Work, site.Tmpdir)} {code.Command}"
                : code.Command;
        return uses ? $"{FillLauncher(code.Launcher!)} {command}" : command;
    }

    private string FillLauncher(SiteLauncher launcher)
    {
        var text = launcher.Fill(shape.Ranks, shape.Nodes, shape.Cores, shape.Gpus);
        if (!_launcherTexts.Contains(text))
        {
            _launcherTexts.Add(text);
        }

        return text;
    }

    private static string CreateNameRemedy(string? name, IEnumerable<string> known, string what)
    {
        var all = known.ToList();
        var near = name is null ? null : SpellingSuggestion.FindNearest(name, all);
        return (near is null ? "" : $"Did you mean '{near}'? ")
            + (all.Count == 0 ? "It has none. " : $"Its {what}: {string.Join(", ", all)}. ")
            + $"Define it under '{what}' in operators.yaml: at the top, in the backend or in the operator.";
    }

    private static string Format(CodePlaceholder place) =>
        (place.IsLauncher ? "{launch" : "{code") + (place.Name is { } name ? $":{name}" : "") + (place.IsOpen ? "" : "}");

    // Inside of quotes the text stands for itself, as a person would write it there. It cannot if it ends the quotes, or if the quotes make
    // one word of it that should be several.
    private Problem? FindQuoteProblem(string command, CodePlaceholder place, string insert)
    {
        if (place.Quote is not { } quote)
        {
            return null;
        }

        return insert.Contains(quote, StringComparison.Ordinal)
                ? new Problem(
                    CampaignCodes.CodeNotUsable,
                    $"its {metadata} has {Format(place)} between {quote} quotes, and the text of the site ({insert}) has such a quote",
                    "Write it outside of quotes, or between the other quotes."
                )
            : place.IsWholeWord && insert.AsSpan().ContainsAny(' ', '\t') && !IsShellText(command.AsSpan(0, place.Start - 1))
                ? new Problem(
                    CampaignCodes.CodeNotUsable,
                    $"its {metadata} has {Format(place)} in quotes of its own, which make one word of the text of the site ({insert})",
                    "Write it without quotes."
                )
            : null;
    }

    // Whether the next word is a text for a shell, as after 'sh -c'.
    private static bool IsShellText(ReadOnlySpan<char> before)
    {
        var words = before.TrimEnd();
        var word = words[(words.LastIndexOfAny(' ', '\t', '\n') + 1)..];
        return word is "eval" || (word.Length > 1 && word[0] == '-' && word[1] != '-' && word[^1] == 'c');
    }

    private Problem? FindRankProblem() =>
        task.Ranks > 1 && !_launches && !_mayStartOne && text.Length > 0
            ? new Problem(
                CampaignCodes.RanksWithoutLauncher,
                $"it has Ranks=\"{task.Ranks}\", and nothing in its {metadata} starts so many",
                "Write {code:NAME} for a code of the site with a launcher, or {launch} before a program of your own. "
                    + "A launcher that the command names itself (mpirun, srun) belongs into 'launchers' of operators.yaml."
            )
            : null;

    // The empty text stands for no image, because a result has a value.
    private Result<string> FindImage()
    {
        var images = _used.Select(static code => code.Image).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        // It runs beside the container of the command.
        if (metadata == nameof(CampaignTask.Monitor))
        {
            return images.Count == 0 || site.Container!.Engine == ContainerCommand.Apptainer
                ? ""
                : new Problem(
                    CampaignCodes.CodeNotUsable,
                    $"its {metadata} uses a code with the image '{images[0]}', and a monitor runs beside the containers of "
                        + site.Container.Engine,
                    "Use a program of the machine in it, such as awk."
                );
        }

        if (images.Count == 0)
        {
            return task.Image ?? "";
        }

        var first = _used.First(static code => code.Image is not null);
        if (task.Image is not null)
        {
            return new Problem(
                CampaignCodes.CodeNotUsable,
                $"it has the Image '{task.Image}', and the code '{first.Name}' of '{task.OperatorKey}' runs in the image '{first.Image}'",
                "Remove Image from the task, or 'image' from the code."
            );
        }

        if (images.Count > 1)
        {
            return new Problem(
                CampaignCodes.CodeNotUsable,
                $"its {metadata} uses codes with different images ({string.Join(", ", images)})",
                "Split it into tasks with one image each."
            );
        }

        return site.Container!.Engine == ContainerCommand.Apptainer ? ""
            : _used.FirstOrDefault(static code => code.Image is null) is { } outside
                ? new Problem(
                    CampaignCodes.CodeNotUsable,
                    $"its {metadata} uses the code '{first.Name}' with an image and the code '{outside.Name}' without one, and "
                        + $"{site.Container.Engine} runs the whole command in one image",
                    "Split it into two tasks."
                )
            : images[0];
    }

    /// <summary>Returns why the codes of a task cannot be in force together; null if they can.</summary>
    public static Problem? FindVariableConflict(IEnumerable<SiteCode> codes)
    {
        var seen = new Dictionary<string, (string Value, string Code)>(StringComparer.Ordinal);
        foreach (var code in codes)
        {
            foreach (var (name, value) in code.Env)
            {
                if (!seen.TryAdd(name, (value, code.Name)) && seen[name].Value != value)
                {
                    return new Problem(
                        CampaignCodes.CodeNotUsable,
                        $"it uses the codes '{seen[name].Code}' and '{code.Name}', which set {name} to different values",
                        "Split it into two tasks, or set the variable in 'command' of the codes."
                    );
                }
            }
        }

        return null;
    }
}
