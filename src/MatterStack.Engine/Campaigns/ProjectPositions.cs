using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns;

/// <summary>Finds the line of a project file that declares a task: items know their file but not their line.</summary>
internal sealed class ProjectPositions
{
    private readonly Dictionary<string, List<(Regex Include, int Literals, SourcePosition At)>> _byFile = new(StringComparer.Ordinal);
    private readonly Dictionary<(string File, string TaskId), int> _seen = [];

    /// <summary>The place of the next item with an id; nothing is read yet.</summary>
    public DeclaredPlace Next(string file, string taskId)
    {
        var nth = _seen[(file, taskId)] = _seen.GetValueOrDefault((file, taskId)) + 1;
        return new DeclaredPlace(this, file, taskId, nth);
    }

    /// <summary>Position of the <c>CampaignTask</c> element whose Include, batching and properties left open, can have made the id; the file alone if none does.</summary>
    /// <param name="file">Project file.</param>
    /// <param name="taskId">The task.</param>
    /// <param name="nth">Which of several such elements, from 1; the last one if there are fewer.</param>
    public SourcePosition Find(string file, string taskId, int nth)
    {
        if (!_byFile.TryGetValue(file, out var elements))
        {
            _byFile[file] = elements = Read(file);
        }

        var fitting = elements.Where(e => e.Include.IsMatch(taskId)).ToList();
        var most = fitting.Select(e => e.Literals).DefaultIfEmpty().Max();
        var closest = fitting.Where(e => e.Literals == most).ToList();
        return closest.Count == 0 ? new SourcePosition(file) : closest[Math.Min(nth, closest.Count) - 1].At;
    }

    private static List<(Regex, int, SourcePosition)> Read(string file)
    {
        var found = new List<(Regex, int, SourcePosition)>();
        XDocument document;
        try
        {
            document = XDocument.Load(file, LoadOptions.SetLineInfo);
        }
        catch (Exception e) when (e is IOException or XmlException or UnauthorizedAccessException)
        {
            return found;
        }

        foreach (var element in document.Descendants().Where(e => e.Name.LocalName == "CampaignTask"))
        {
            if (element.Attribute("Include") is not { } include)
            {
                continue;
            }

            IXmlLineInfo place = include;
            foreach (var part in include.Value.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                var literals = Regex.Replace(part, @"[%$@]\([^)]*\)", "\0");
                var pattern = "^" + string.Join(".*", literals.Split('\0').Select(Regex.Escape)) + "$";
                found.Add((new Regex(pattern, RegexOptions.IgnoreCase | RegexOptions.NonBacktracking), literals.Replace("\0", "", StringComparison.Ordinal).Length,
                    new SourcePosition(file, place.LineNumber, place.LinePosition)));
                found.Add((new Regex("^" + Regex.Escape(part) + "$"), int.MaxValue, new SourcePosition(file, place.LineNumber, place.LinePosition)));
            }
        }

        return found;
    }
}
