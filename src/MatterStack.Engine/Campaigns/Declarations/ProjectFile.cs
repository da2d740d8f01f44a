using System.Xml;
using System.Xml.Linq;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Declarations;

/// <summary>Content of a project file before MSBuild evaluates it. An expansion that became empty is visible only here.</summary>
/// <param name="Path">The file.</param>
/// <param name="Document">Its XML; null if it cannot be read.</param>
internal sealed record ProjectFile(string Path, XDocument? Document)
{
    /// <summary>Elements that declare tasks.</summary>
    public IReadOnlyList<TaskElement> Tasks { get; } =
        Document is null
            ? []
            :
            [
                .. Document
                    .Descendants()
                    .Where(e => e.Name.LocalName == TaskElement.ItemName && e.Attribute("Include") is not null)
                    .Select(e => new TaskElement(Path, e)),
            ];

    /// <summary>Reads a file. An unreadable file has no document.</summary>
    public static ProjectFile Read(string path)
    {
        try
        {
            return new ProjectFile(path, XDocument.Load(path, LoadOptions.SetLineInfo));
        }
        catch (Exception e) when (e is IOException or XmlException or UnauthorizedAccessException)
        {
            return new ProjectFile(path, null);
        }
    }

    /// <summary>Position of a part of the file.</summary>
    public SourcePosition GetPosition(IXmlLineInfo place) => new(Path, place.LineNumber, place.LinePosition);
}
