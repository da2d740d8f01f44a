using System.Text.RegularExpressions;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>
/// Expands well-known metadata (<c>%(Identity)</c>, <c>%(FullPath)</c>, …) in metadata that an <c>ItemDefinitionGroup</c> gives to all
/// items; their values differ per item. MSBuild expands them only when a task reads one metadata by its name, and in a task host not even
/// then.
/// </summary>
internal static partial class WellKnownMetadata
{
    /// <summary>Expands the well-known metadata of an item; unknown names stay.</summary>
    /// <param name="value">The escaped metadata. A literal <c>%(</c> is escaped, so that every <c>%(Name)</c> is a reference.</param>
    /// <param name="item">The item.</param>
    public static string ExpandReferences(string value, ITaskItem2 item) =>
        value.Contains("%(", StringComparison.Ordinal)
            ? ReferencePattern().Replace(value, match => item.GetMetadataValueEscaped(match.Groups[1].Value))
            : value;

    [GeneratedRegex(
        @"%\(\s*(?:CampaignTask\s*\.\s*)?(FullPath|RootDir|Filename|Extension|RelativeDir|Directory|RecursiveDir|Identity"
            + "|ModifiedTime|CreatedTime|AccessedTime"
            + @"|DefiningProjectFullPath|DefiningProjectDirectory|DefiningProjectName|DefiningProjectExtension)\s*\)",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex ReferencePattern();
}
