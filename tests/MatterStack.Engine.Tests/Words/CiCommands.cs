using System.Text.RegularExpressions;

namespace MatterStack.Engine.Tests.Words;

/// <summary>Reads a log as CI systems do: GitHub's runner, Azure's agent, TeamCity, GitLab and Jenkins.</summary>
internal static partial class CiCommands
{
    /// <summary>Commands for the tests: one of each system, and what a terminal obeys.</summary>
    public const string Samples =
        "bad\n::error::github ##[error]azure ##vso[task.complete]azure ##teamcity[message]x\n  ::set-env name=A::b\n"
        + "section_start:1:x\r\u001b[0Kgitlab \u001b[8mha:////4AA\u001b[0mjenkins \u202egnp\u2028::add-mask::y";

    public static bool AreIn(string text) =>
        text.Split('\n', '\r').Any(line => AtStart().IsMatch(line.TrimStart()))
        || text.Contains("##[", StringComparison.Ordinal)
        || Anywhere().IsMatch(text)
        || text.Contains((char)27)
        || Section().IsMatch(text)
        || text.Any(c => c is '\u2028' or '\u2029' or '\u202e');

    [GeneratedRegex(@"^::[^:\s]+.*::")]
    private static partial Regex AtStart();

    [GeneratedRegex(@"##(vso|teamcity)\[", RegexOptions.IgnoreCase)]
    private static partial Regex Anywhere();

    [GeneratedRegex(@"section_(start|end):[0-9]+:")]
    private static partial Regex Section();
}
