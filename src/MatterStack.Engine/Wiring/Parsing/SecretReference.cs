using System.Text;
using System.Text.RegularExpressions;
using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>References <c>${env:NAME}</c> and <c>${file:PATH}</c> in texts of wiring.</summary>
/// <remarks>Wiring stores the reference. Only the user of a value resolves it, and must not store or show the value.</remarks>
internal static partial class SecretReference
{
    /// <summary>Whether a text contains a reference.</summary>
    public static bool IsIn(string text) => HasBegin(text) && AnyReferenceRegex().IsMatch(text);

    /// <summary>Pattern of texts that are certainly meant as a reference and are not valid. <c>${HOME}</c> and <c>${X:-y}</c> may be meant
    /// for a shell.</summary>
    public const string MalformedPattern =
        @"(^|[^$])\$\{(?!env:[A-Za-z_][A-Za-z0-9_]*\}|file:[^}]+\})\s*([eE][nN][vV]|[fF][iI][lL][eE])\s*([:}]|$)";

    /// <summary>Pattern of a reference at any position in a text.</summary>
    public const string ReferencePattern = @"(^|[^$])\$\{(env:[A-Za-z_][A-Za-z0-9_]*|file:[^}]+)\}";

    /// <summary>Finds a malformed reference in a text. Returns null if there is none.</summary>
    public static string? FindMalformed(string text) =>
        HasBegin(text) && MalformedRegex().Match(text) is { Success: true } match ? match.Value.TrimStart() : null;

    /// <summary>Replaces each reference in a text by its value.</summary>
    /// <param name="text">Text of wiring.</param>
    /// <param name="environment">Returns the value of an environment variable.</param>
    /// <param name="disk">The disk with the files.</param>
    /// <param name="paths">Base folders for relative paths and <c>~</c>.</param>
    /// <param name="resolved">Called with the value of each reference, also if a later reference fails.</param>
    /// <param name="again">Whether the value was used before: then a pipe, which gives its value once, is not read.</param>
    public static Result<string> Resolve(
        string text,
        Func<string, string?> environment,
        IDisk disk,
        WiringPaths paths,
        Action<string>? resolved = null,
        bool again = false
    )
    {
        var whole = new StringBuilder();
        var from = 0;
        foreach (Match match in ReferenceRegex().Matches(text))
        {
            whole.Append(text, from, match.Index - from);
            from = match.Index + match.Length;
            if (IsEscape(match))
            {
                whole.Append("${");
                continue;
            }

            var value = match.Groups["env"].Success
                ? environment(match.Groups["env"].Value)
                : ReadFile(paths.Resolve(match.Groups["file"].Value), disk, again);
            if (value is null)
            {
                return Problem.Create(
                    WiringCodes.SecretUnavailable,
                    match.Groups["env"].Success
                        ? $"The environment variable {match.Groups["env"].Value} is not set, but the wiring references it"
                        : $"The file {paths.Resolve(match.Groups["file"].Value)} cannot be read, but the wiring references it"
                );
            }

            resolved?.Invoke(value);
            whole.Append(value);
        }

        return whole.Append(text, from, text.Length - from).ToString();
    }

    // Most texts contain no reference, and need no regular expression, which each process compiles.
    private static bool HasBegin(string text) => text.Contains("${", StringComparison.Ordinal);

    private static bool IsEscape(Match match) => match.Value == "$${";

    private static string? ReadFile(string path, IDisk disk, bool again)
    {
        try
        {
            // A pipe of the calling shell (-p:… <(pass show x)) is not a file of the disk.
            // Other pipes and devices are not read: a pipe may have no writer, a device no end.
            if (path.StartsWith("/dev/fd/", StringComparison.Ordinal) && FileKind.FindKind(path) is { IsRegular: false })
            {
                return again ? null : File.ReadAllText(path).TrimEnd('\r', '\n');
            }

            // Editors and 'echo' add a line end that is not part of the secret.
            return Encoding.UTF8.GetString(ByteOrderMark.Skip(disk.ReadAllBytes(path).AsSpan())).TrimEnd('\r', '\n');
        }
        catch (Exception exception) when (DiskErrors.IsAccessOrPathError(exception))
        {
            return null;
        }
    }

    [GeneratedRegex(@"\$\$\{|\$\{env:(?<env>[A-Za-z_][A-Za-z0-9_]*)\}|\$\{file:(?<file>[^}]+)\}")]
    private static partial Regex ReferenceRegex();

    [GeneratedRegex(ReferencePattern, RegexOptions.CultureInvariant)]
    private static partial Regex AnyReferenceRegex();

    [GeneratedRegex(MalformedPattern, RegexOptions.CultureInvariant)]
    private static partial Regex MalformedRegex();
}
