using System.Text.RegularExpressions;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>
/// Metadata that an <c>ItemDefinitionGroup</c> gives to all items may name well-known metadata (<c>%(Identity)</c>, <c>%(FullPath)</c>, …), which are another for each item.
/// MSBuild leaves them as they are until somebody asks for one metadata by its name, and in a process of its own for tasks even then.
/// </summary>
internal static partial class WellKnownMetadata
{
    /// <summary>The text with those of an item in place; what is not known stays.</summary>
    /// <param name="value">A metadata, escaped. A literal <c>%(</c> is escaped, so that what looks like one is one.</param>
    /// <param name="item">The item.</param>
    public static string Expand(string value, ITaskItem2 item) =>
        value.Contains("%(", StringComparison.Ordinal) ? Named().Replace(value, match => item.GetMetadataValueEscaped(match.Groups[1].Value)) : value;

    [GeneratedRegex(@"%\(\s*(?:CampaignTask\s*\.\s*)?(FullPath|RootDir|Filename|Extension|RelativeDir|Directory|RecursiveDir|Identity|ModifiedTime|CreatedTime|AccessedTime|DefiningProjectFullPath|DefiningProjectDirectory|DefiningProjectName|DefiningProjectExtension)\s*\)", RegexOptions.IgnoreCase)]
    private static partial Regex Named();
}
