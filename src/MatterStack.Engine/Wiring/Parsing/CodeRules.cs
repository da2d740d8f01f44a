using System.Text.RegularExpressions;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Codes;

namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>Rules for the texts of codes and launchers.</summary>
/// <param name="file">Name of the file in problems.</param>
/// <param name="problems">Receives the problems.</param>
internal sealed partial class CodeRules(string file, List<Problem> problems)
{
    private static readonly string[] LauncherHoles = [.. SiteLauncher.Placeholders.Select(static word => "{" + word + "}")];

    // The launchers that a file defines, at any level: a code at the top may name a launcher that only some operators have.
    private readonly HashSet<string> _allLaunchers = new(StringComparer.Ordinal);

    /// <summary>Collects the names of all launchers of a file.</summary>
    public void CollectLaunchers(MapNode root)
    {
        Add(root);
        foreach (var profile in GetMaps(root.Find("profiles")))
        {
            Add(profile);
        }

        foreach (var one in GetMaps(root.Find("operators")))
        {
            Add(one);
            if (one.Find("backend") is MapNode backend)
            {
                Add(backend);
            }
        }

        void Add(MapNode map) =>
            _allLaunchers.UnionWith(
                map.Find("launchers") is MapNode launchers ? launchers.Entries.Select(static entry => entry.Key.Text) : []
            );

        static IEnumerable<MapNode> GetMaps(YamlNode? node) =>
            node is MapNode map ? map.Entries.Select(static entry => entry.Value).OfType<MapNode>() : [];
    }

    /// <summary>Checks the codes and launchers of one level.</summary>
    /// <param name="map">The mapping with the keys <c>codes</c> and <c>launchers</c>.</param>
    /// <param name="launchers">Names of the launchers that its codes may name; null: of all launchers of the file.</param>
    public void CheckLevel(MapNode map, IReadOnlySet<string>? launchers = null)
    {
        foreach (var (name, value) in map.Find("launchers") is MapNode texts ? texts.Entries : [])
        {
            CheckLine(value, $"The launcher '{DisplayText.Shorten(name.Text)}'", isLauncher: true);
        }

        foreach (var (name, value) in map.Find("codes") is MapNode codes ? codes.Entries : [])
        {
            if (value is MapNode code)
            {
                CheckCode(DisplayText.Shorten(name.Text), code, launchers ?? _allLaunchers);
            }
        }
    }

    private void CheckCode(string name, MapNode code, IReadOnlySet<string> launchers)
    {
        var launcher = code.Find("launcher") as ScalarNode;
        if (launcher is { Kind: ScalarKind.Text } && !launchers.Contains(launcher.Text))
        {
            AddProblem(
                WiringCodes.UnknownLauncher,
                YamlPositions.ToPosition(file, launcher),
                $"The code '{name}' names the launcher '{DisplayText.Shorten(launcher.Text)}', which is not there",
                SpellingRemedy.CreateRemedy(launcher.Text, launchers, "Launchers") is { Length: > 0 } remedy
                    ? remedy
                    : WiringCodes.UnknownLauncher.Remedy
            );
        }

        var hasLauncher = launcher is { Kind: not ScalarKind.Null };
        if (
            !hasLauncher && code.Find("launcher_always") is ScalarNode { Kind: ScalarKind.Boolean, Text: "true" or "True" or "TRUE" } always
        )
        {
            AddProblem(
                WiringCodes.IllegalCode,
                YamlPositions.ToPosition(file, always),
                $"The code '{name}' has 'launcher_always' and no launcher",
                "Add 'launcher', or remove this key."
            );
        }

        CheckLine(code.Find("command"), $"'command' of the code '{name}'", isLauncher: false);
        if (hasLauncher && code.Find("command") is ScalarNode command && AssignmentRegex().IsMatch(command.Text))
        {
            AddProblem(
                WiringCodes.IllegalCode,
                YamlPositions.ToPosition(file, command),
                $"'command' of the code '{name}' begins with an assignment, which its launcher would take for a program",
                "Write the variable under 'env' of the code."
            );
        }

        foreach (var key in new[] { "command", "modules", "setup", "image", "version" })
        {
            foreach (var text in GetTexts(code.Find(key)))
            {
                RefuseReferences(text, $"'{key}' of the code '{name}'");
            }
        }
    }

    // A text that stands inside a command line: its quotes are closed, and the words behind it still belong to the same command.
    private void CheckLine(YamlNode? node, string owner, bool isLauncher)
    {
        if (node is not ScalarNode { Kind: ScalarKind.Text } scalar)
        {
            return;
        }

        if (isLauncher)
        {
            RefuseReferences(scalar, owner);
        }

        CheckHoles(scalar, owner, isLauncher);
        var quotes = ShellQuotes.Read(scalar.Text);
        if (quotes.IsOpen)
        {
            AddProblem(
                WiringCodes.IllegalCode,
                YamlPositions.ToPosition(file, scalar),
                $"{owner} ends inside quotes, a substitution or an escape",
                "Close it."
            );
        }
        else if (quotes.HasComment)
        {
            AddProblem(
                WiringCodes.IllegalCode,
                YamlPositions.ToPosition(file, scalar),
                $"{owner} has a comment of the shell, and the words behind it in a task's command would belong to the comment",
                "Remove it, or put '#' in quotes."
            );
        }
        else if (FindOperator(scalar.Text, quotes) is { } at)
        {
            AddProblem(
                WiringCodes.IllegalCode,
                ToPosition(scalar, at, 1),
                $"{owner} has '{scalar.Text[at]}', and the words behind it in a task's command would belong to the second command",
                "Put what comes before into 'setup' of a code, or write a script and name it here."
            );
        }
    }

    private void CheckHoles(ScalarNode scalar, string owner, bool isLauncher)
    {
        foreach (Match hole in HoleRegex().Matches(scalar.Text))
        {
            if (isLauncher ? !LauncherHoles.Contains(hole.Value) : IsReserved(hole.Value))
            {
                AddProblem(
                    WiringCodes.IllegalCode,
                    ToPosition(scalar, hole.Index, hole.Length),
                    $"{owner} has '{DisplayText.Shorten(hole.Value)}', "
                        + (isLauncher ? "which is not a number of a task" : "which stands for nothing there"),
                    isLauncher
                        ? $"A launcher may have {string.Join(", ", LauncherHoles)}; a variable of the shell is ${{NAME}}."
                        : "Write the program itself. Numbers of a task belong into the launcher, which 'launcher' names."
                );
            }
        }
    }

    private static bool IsReserved(string hole) =>
        LauncherHoles.Contains(hole)
        || hole is "{campaign}" or "{launch}"
        || hole.StartsWith("{code:", StringComparison.Ordinal)
        || hole.StartsWith("{launch:", StringComparison.Ordinal);

    // '>&2' and '&>' redirect.
    private static int? FindOperator(string text, ShellQuotes quotes)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (
                quotes.IsPlain(i)
                && (
                    text[i] is ';' or '|' or '(' or ')'
                    || (text[i] == '&' && !(i > 0 && text[i - 1] is '>' or '<') && !(i + 1 < text.Length && text[i + 1] == '>'))
                )
            )
            {
                return i;
            }
        }

        return null;
    }

    private void RefuseReferences(ScalarNode scalar, string owner)
    {
        if (SecretReference.IsIn(scalar.Text))
        {
            AddProblem(
                WiringCodes.IllegalCode,
                YamlPositions.ToPosition(file, scalar),
                $"{owner} has a reference, which is resolved only in 'env' of a code",
                "Put the value into 'env', and name the variable here."
            );
        }
    }

    private static IEnumerable<ScalarNode> GetTexts(YamlNode? node) =>
        node switch
        {
            ScalarNode scalar => [scalar],
            ListNode list => list.Items.OfType<ScalarNode>(),
            _ => [],
        };

    // The place inside of a text of one line without escapes; otherwise the text as a whole.
    private SourcePosition ToPosition(ScalarNode scalar, int at, int length)
    {
        var quotes = scalar.End.Line == scalar.Start.Line ? scalar.End.Column - scalar.Start.Column - scalar.Text.Length : -1;
        return quotes is 0 or 2
            ? new SourcePosition(file, (int)scalar.Start.Line, (int)(scalar.Start.Column + (quotes / 2) + at)) with
            {
                EndLine = (int)scalar.Start.Line,
                EndColumn = (int)(scalar.Start.Column + (quotes / 2) + at + length),
            }
            : YamlPositions.ToPosition(file, scalar);
    }

    private void AddProblem(ProblemCode code, SourcePosition at, string message, string remedy) =>
        problems.Add(new Problem(code, message, remedy, at));

    [GeneratedRegex(@"(?<!\$)\{[A-Za-z_][A-Za-z0-9_.:+-]*\}")]
    private static partial Regex HoleRegex();

    [GeneratedRegex(@"^\s*[A-Za-z_][A-Za-z0-9_]*=")]
    private static partial Regex AssignmentRegex();
}
