using System.Globalization;
using System.Text.RegularExpressions;

namespace MatterStack.Engine.Operators.Hpc.Slurm;

/// <summary>Supported versions of Slurm.</summary>
internal static partial class SlurmVersion
{
    /// <summary>The first version that distinguishes a job that its node killed for lack of memory from a failed one.</summary>
    public const string OldestSupported = "17.11";

    /// <summary>Checks a version.</summary>
    /// <param name="said">Output of <c>squeue --version</c>, behind any text of a site's wrapper.</param>
    /// <returns>Null if the version is supported or unknown; otherwise the reason.</returns>
    public static string? FindProblem(string said) =>
        VersionPattern().Matches(said).LastOrDefault() is { } found
        && (ParseNumber(found.Groups["major"]), ParseNumber(found.Groups["minor"])).CompareTo((17, 11)) < 0
            ? $"its Slurm version is {found.Groups["major"].Value}.{found.Groups["minor"].Value}; {OldestSupported} or later is required"
            : null;

    private static int ParseNumber(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    // 'slurm 20.11.9', 'slurm-wlm 22.05.8', 'slurm 17.02.11-1', 'slurm 2.6.5'
    [GeneratedRegex(@"^slurm\S* (?<major>[0-9]{1,4})\.(?<minor>[0-9]{1,4})", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex VersionPattern();
}
