using System.Text;
using System.Text.RegularExpressions;
using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Wiring;

/// <summary>References <c>${env:NAME}</c> and <c>${file:PATH}</c> in texts of wiring. Wiring keeps the reference; only who uses a value resolves it, and must not store or show what comes out.</summary>
internal static partial class SecretReference
{
    /// <summary>Whether a text holds a reference.</summary>
    public static bool IsIn(string text) => Any().IsMatch(text);

    /// <summary>What was surely meant as a reference and is none. <c>${HOME}</c> and <c>${X:-y}</c> may be meant for a shell.</summary>
    public const string MalformedPattern =
        @"(^|[^$])\$\{(?!env:[A-Za-z_][A-Za-z0-9_]*\}|file:[^}]+\})\s*([eE][nN][vV]|[fF][iI][lL][eE])\s*([:}]|$)";

    /// <summary>A reference somewhere in a text.</summary>
    public const string ReferencePattern = @"(^|[^$])\$\{(env:[A-Za-z_][A-Za-z0-9_]*|file:[^}]+)\}";

    /// <summary>Something in a text that looks like a reference and is none; null if there is nothing.</summary>
    public static string? Malformed(string text) => Suspects().Match(text) is { Success: true } match ? match.Value.TrimStart() : null;

    /// <summary>The value behind a text.</summary>
    /// <param name="text">Text of wiring.</param>
    /// <param name="environment">Looks up an environment variable.</param>
    /// <param name="disk">Where files are read.</param>
    /// <param name="paths">What relative paths and <c>~</c> stand for.</param>
    /// <param name="resolved">Is told the value of each reference, also where another cannot be had.</param>
    /// <param name="again">Whether the value is only wanted once more: then what gives it once (a pipe) is left to whoever uses it.</param>
    public static Result<string> Resolve(string text, Func<string, string?> environment, IDisk disk, WiringPaths paths, Action<string>? resolved = null, bool again = false)
    {
        var whole = new StringBuilder();
        var from = 0;
        foreach (Match match in References().Matches(text))
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
                return Problem.Of(WiringCodes.SecretUnavailable, match.Groups["env"].Success
                    ? $"The environment variable {match.Groups["env"].Value} is not set; wiring refers to it"
                    : $"The file {paths.Resolve(match.Groups["file"].Value)} cannot be read; wiring refers to it");
            }

            resolved?.Invoke(value);
            whole.Append(value);
        }

        return whole.Append(text, from, text.Length - from).ToString();
    }

    private static bool IsEscape(Match match) => match.Value == "$${";

    private static string? ReadFile(string path, IDisk disk, bool again)
    {
        try
        {
            // A pipe of the shell that gave the command (-p:… <(pass show x)) is no file of the disk.
            // Any other pipe may have no writer, and a device no end.
            if (path.StartsWith("/dev/fd/", StringComparison.Ordinal) && FileKind.Of(path) is { IsRegular: false })
            {
                return again ? null : File.ReadAllText(path).TrimEnd('\r', '\n');
            }

            // Editors and 'echo' end a file with a line end that is not part of the secret.
            return Encoding.UTF8.GetString(ByteOrderMark.Skip(disk.ReadAllBytes(path).AsSpan())).TrimEnd('\r', '\n');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\$\$\{|\$\{env:(?<env>[A-Za-z_][A-Za-z0-9_]*)\}|\$\{file:(?<file>[^}]+)\}")]
    private static partial Regex References();

    [GeneratedRegex(ReferencePattern, RegexOptions.CultureInvariant)]
    private static partial Regex Any();

    [GeneratedRegex(MalformedPattern, RegexOptions.CultureInvariant)]
    private static partial Regex Suspects();
}
