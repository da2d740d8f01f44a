using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Declarations;

/// <summary>A <c>CampaignTask</c> element of a project file, which produces one or many tasks.</summary>
internal sealed partial class TaskElement
{
    /// <summary>Name of the item.</summary>
    public const string ItemName = "CampaignTask";

    private static readonly string[] ReservedAttributes =
    [
        "Include",
        "Exclude",
        "Remove",
        "Update",
        "Condition",
        "KeepMetadata",
        "RemoveMetadata",
        "KeepDuplicates",
        "MatchOnMetadata",
        "MatchOnMetadataOptions",
    ];
    private readonly Lazy<IReadOnlyList<(Regex Pattern, int Literals)>> _patterns;

    public TaskElement(string file, XElement element)
    {
        var include = element.Attribute("Include");
        At = GetPosition(file, (IXmlLineInfo?)include ?? element);
        Include = include?.Value ?? "";
        IsInTarget = element.Ancestors().Any(a => a.Name.LocalName == "Target");
        Condition = element.Attribute("Condition")?.Value ?? "";
        Metadata =
        [
            .. element
                .Attributes()
                .Where(a => !ReservedAttributes.Contains(a.Name.LocalName, StringComparer.OrdinalIgnoreCase))
                .Select(a => new WrittenText(a.Name.LocalName, a.Value, GetPosition(file, a))),
            .. element.Elements().Select(e => new WrittenText(e.Name.LocalName, e.Value, GetPosition(file, e))),
        ];
        _patterns = new(() =>
            [.. Include.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).SelectMany(BuildPatterns)]
        );
    }

    /// <summary>Position of its Include.</summary>
    public SourcePosition At { get; }

    /// <summary>Its Include before evaluation.</summary>
    public string Include { get; }

    /// <summary>Its condition before evaluation.</summary>
    public string Condition { get; }

    /// <summary>Whether it is inside a target, where MSBuild batches.</summary>
    public bool IsInTarget { get; }

    /// <summary>Its metadata before evaluation.</summary>
    public IReadOnlyList<WrittenText> Metadata { get; }

    /// <summary>Number of characters of an id that the Include holds literally; below 0 if this element cannot produce the id.</summary>
    public int CountMatchingLiterals(string taskId) =>
        _patterns.Value.Where(p => p.Pattern.IsMatch(taskId)).Select(p => p.Literals).DefaultIfEmpty(-1).Max();

    private static IEnumerable<(Regex, int)> BuildPatterns(string part)
    {
        var literals = ExpansionPattern().Replace(part, "\0");
        var pattern = "^" + string.Join(".*", literals.Split('\0').Select(Regex.Escape)) + "$";
        yield return (
            new Regex(pattern, RegexOptions.IgnoreCase | RegexOptions.NonBacktracking),
            literals.Replace("\0", "", StringComparison.Ordinal).Length
        );
        yield return (new Regex("^" + Regex.Escape(part) + "$"), int.MaxValue);
    }

    private static SourcePosition GetPosition(string file, IXmlLineInfo place) => new(file, place.LineNumber, place.LinePosition);

    [GeneratedRegex(@"[%$@]\([^)]*\)")]
    private static partial Regex ExpansionPattern();
}
