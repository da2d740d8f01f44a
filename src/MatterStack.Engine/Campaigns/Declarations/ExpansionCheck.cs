using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MatterStack.Engine.Campaigns.Declarations.Fields;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Declarations;

/// <summary>Finds expansions of MSBuild that are unintended or empty: <c>$(date)</c> was written for the shell, and <c>%(El.Identity)</c>
/// is empty outside a target.</summary>
/// <param name="texts">The project files of the campaign.</param>
/// <param name="tasks">Its tasks.</param>
/// <param name="given">Names of the properties that were passed to the build.</param>
internal sealed partial class ExpansionCheck(ProjectFileSet texts, IReadOnlyList<DeclaredTask> tasks, IEnumerable<string> given)
{
    // These may be empty: for a file without an extension, or an item that no pattern has found.
    private static readonly HashSet<string> WellKnownMetadata = new(StringComparer.OrdinalIgnoreCase)
    {
        "RecursiveDir",
        "RelativeDir",
        "Extension",
        "Directory",
        "RootDir",
        "ModifiedTime",
        "CreatedTime",
        "AccessedTime",
    };

    // A campaign can have 100 000 tasks; an error shows in the first ones.
    private const int MaxCheckedTasks = 5000;

    private readonly Lazy<HashSet<string>> _defined = new(() =>
        [.. texts.FindDefinedProperties(), .. given, .. Environment.GetEnvironmentVariables().Keys.Cast<string>()]
    );

    public IEnumerable<Problem> FindProblems()
    {
        var found = texts
            .All.SelectMany(text =>
                text.Document!.Descendants()
                    .Where(e => e.Name.LocalName == TaskElement.ItemName)
                    .SelectMany(e => CheckWritten(new TaskElement(text.Path, e), e))
            )
            .ToList();
        var suspicious = texts
            .All.SelectMany(text => text.Tasks)
            .Where(element => ListTexts(element).Any(t => Expansion.FindAll(t.Text).Count > 0))
            .ToList();
        if (suspicious.Count == 0)
        {
            return found;
        }

        var made = tasks
            .Take(MaxCheckedTasks)
            .Select(task => (task, element: task.Site?.FindElement()))
            .Where(pair => pair.element is not null)
            .ToLookup(pair => pair.element!, pair => pair.task);
        return found.Concat(
            suspicious.Where(element => made.Contains(element)).SelectMany(element => CheckEvaluated(element, [.. made[element]]))
        );
    }

    private static IEnumerable<WrittenText> ListTexts(TaskElement element) =>
        [new("Include", element.Include, element.At), .. element.Metadata];

    // Errors of the text itself, independent of its evaluation.
    private static IEnumerable<Problem> CheckWritten(TaskElement element, XElement xml)
    {
        if (element.IsInTarget && xml.Attribute("Update") is { } update)
        {
            yield return new Problem(
                CampaignCodes.ExpansionLost,
                "Update in a target changes all tasks, not only the named ones",
                $"Write the condition instead: Condition=\"'%(Identity)' == '{update.Value}'\", without Update.",
                element.At
            );
        }

        var lists = ListTexts(element)
            .Append(new WrittenText("Condition", element.Condition, element.At))
            .SelectMany(t => Expansion.FindAll(t.Text))
            .Select(e => e.List)
            .OfType<string>()
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .ToList();
        if (element.IsInTarget && lists.Count > 1)
        {
            yield return new Problem(
                CampaignCodes.ExpansionLost,
                $"%({lists[0]}.…) and %({lists[1]}.…) in one element do not give pairs: "
                    + "MSBuild batches one list after the other, and the other list is empty each time",
                "Make a list of pairs first; docs/msbuild.md has the recipe of a grid.",
                element.At
            );
        }

        foreach (var text in element.Metadata)
        {
            foreach (var expansion in Expansion.FindAll(text.Text))
            {
                if (expansion.Sign == '$' && expansion.Content.TrimStart().StartsWith('('))
                {
                    yield return new Problem(
                        CampaignCodes.ExpansionLost,
                        $"{text.Name} has {expansion.Text}, which MSBuild reads as a property, so it becomes empty",
                        $"For the shell write %24{expansion.Text[1..]}.",
                        text.At
                    );
                }
                else if (
                    !element.IsInTarget
                    && expansion.List is { } list
                    && !list.Equals(TaskElement.ItemName, StringComparison.OrdinalIgnoreCase)
                )
                {
                    yield return new Problem(
                        CampaignCodes.ExpansionLost,
                        $"{text.Name} has {expansion.Text}, which is empty outside a target: MSBuild batches lists only in targets",
                        "Move the ItemGroup into a target with BeforeTargets=\"CollectCampaignTasks\".",
                        text.At
                    );
                }
            }

            foreach (Match escape in EscapePattern().Matches(text.Text))
            {
                var read = (char)int.Parse(escape.Value.AsSpan(1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                if (char.IsAsciiLetterOrDigit(read))
                {
                    yield return new Problem(
                        CampaignCodes.ExpansionLost,
                        $"{text.Name} has {escape.Value[..3]}, which MSBuild reads as the character '{read}'",
                        $"For a percent sign write %25{escape.Value[1..3]}.",
                        text.At
                    );
                }
                else if (read == ' ' && escape.Groups[1].Success)
                {
                    yield return new Problem(
                        CampaignCodes.ExpansionLost,
                        $"{text.Name} has {escape.Value}, which MSBuild reads as a blank and '{escape.Groups[1].Value}'",
                        $"For a percent sign write %25{escape.Value[1..]}.",
                        text.At,
                        Severity.Warning
                    );
                }
            }
        }
    }

    // Errors that only the evaluated tasks show.
    private IEnumerable<Problem> CheckEvaluated(TaskElement element, IReadOnlyList<DeclaredTask> made)
    {
        var include = Expansion.FindAll(element.Include);
        // An Include with several ids is several texts, and it is unknown which of them produced a task.
        if (element.IsInTarget && include.Any(e => e.Sign == '%') && !element.Include.Contains(';', StringComparison.Ordinal))
        {
            foreach (var expansion in include.Where(e => e.Sign != '@'))
            {
                var isEmpty = Expansion.CreateEmptyTest(element.Include, include, expansion, isList: true);
                if (made.FirstOrDefault(task => isEmpty(task.Id)) is { } half)
                {
                    yield return new Problem(
                        CampaignCodes.ExpansionLost,
                        $"The id '{half.Id}' has an empty part: {expansion.Text} is empty",
                        "Correct the name of the list or of the metadata, or exclude items without it by a Condition.",
                        element.At
                    );
                }
            }
        }

        foreach (var text in element.Metadata)
        {
            var all = Expansion.FindAll(text.Text);
            // A list may extend its own earlier value: %(Env);NAME=value.
            foreach (
                var expansion in all.Where(e =>
                    e.Sign != '%' || (!WellKnownMetadata.Contains(e.Name!) && !text.Name.Equals(e.Name, StringComparison.OrdinalIgnoreCase))
                )
            )
            {
                var isEmpty = Expansion.CreateEmptyTest(text.Text, all, expansion, TaskFields.IsList(text.Name));
                if (
                    made.All(task => FindValue(task, text.Name) is { } value && isEmpty(value))
                    && CreateProblem(element, made, text, expansion) is { } problem
                )
                {
                    yield return problem;
                }
            }
        }
    }

    private Problem? CreateProblem(TaskElement element, IReadOnlyList<DeclaredTask> made, WrittenText text, Expansion expansion)
    {
        if (expansion.Sign == '$')
        {
            var name = expansion.Content.Trim();
            if (
                expansion.Content.StartsWith('(')
                || (IdentifierPattern().IsMatch(expansion.Content) && _defined.Value.Contains(name))
                || name.Contains('.', StringComparison.Ordinal)
                || name.StartsWith('[')
            )
            {
                return null;
            }

            // By convention, names of properties begin with a capital letter, and names of programs do not.
            return new Problem(
                CampaignCodes.ExpansionLost,
                $"{text.Name} has {expansion.Text}, which MSBuild reads as a property; no property has that name, so it becomes empty",
                $"For the shell write %24{expansion.Text[1..]}; define a property that may be empty.",
                text.At,
                name.Length > 0 && char.IsUpper(name[0]) ? Severity.Warning : Severity.Error
            );
        }

        var stated =
            expansion.Sign == '%'
            && expansion.List is null
            && !element.IsInTarget
            && made.All(task => FindValue(task, expansion.Name!) is { } value && value.Trim().Length > 0);
        return stated
                ? new Problem(
                    CampaignCodes.ExpansionLost,
                    $"{text.Name} has {expansion.Text}, which is empty there: "
                        + $"MSBuild reads metadata in written order, and '{expansion.Name}' follows later",
                    $"Write {expansion.Name} before {text.Name}.",
                    text.At
                )
            : expansion.Sign == '%' && expansion.List is not null && !element.IsInTarget ? null
            : new Problem(
                CampaignCodes.ExpansionLost,
                $"{text.Name} has {expansion.Text}, which is empty for task '{made[0].Id}'"
                    + $"{(made.Count > 1 ? $" and {made.Count - 1} more" : "")}",
                "Correct the name of the list or of the metadata; for the shell write %25 or %40 for the sign.",
                text.At,
                Severity.Warning
            );
    }

    private static string? FindValue(DeclaredTask task, string name) =>
        task.Metadata.TryGetTexts(name, out var values) ? string.Join(';', values) : null;

    [GeneratedRegex("%[0-9A-Fa-f]{2}([diufegxcs])?")]
    private static partial Regex EscapePattern();

    [GeneratedRegex(@"^[A-Za-z_][\w-]*$")]
    private static partial Regex IdentifierPattern();
}
