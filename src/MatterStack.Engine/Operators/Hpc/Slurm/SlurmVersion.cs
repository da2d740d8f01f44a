using System.Globalization;
using System.Text.RegularExpressions;

namespace MatterStack.Engine.Operators.Hpc.Slurm;

/// <summary>Which versions of Slurm can be driven.</summary>
internal static partial class SlurmVersion
{
    /// <summary>The first that tells a job which its node killed for memory from one that failed.</summary>
    public const string Oldest = "17.11";

    /// <summary>Why a version cannot be driven.</summary>
    /// <param name="said">What <c>squeue --version</c> printed, behind whatever a site's wrapper says.</param>
    /// <returns>Null: it can be, or it is not known.</returns>
    public static string? WhyNot(string said) =>
        Version().Matches(said).LastOrDefault() is { } found
        && (Number(found.Groups["major"]), Number(found.Groups["minor"])).CompareTo((17, 11)) < 0
            ? $"its Slurm is {found.Groups["major"].Value}.{found.Groups["minor"].Value}, and jobs can be sent to Slurm {Oldest} or later"
            : null;

    private static int Number(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    // 'slurm 20.11.9', 'slurm-wlm 22.05.8', 'slurm 17.02.11-1', 'slurm 2.6.5'
    [GeneratedRegex(@"^slurm\S* (?<major>[0-9]{1,4})\.(?<minor>[0-9]{1,4})", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex Version();
}
