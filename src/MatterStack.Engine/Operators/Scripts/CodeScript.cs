using System.Globalization;
using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Transports.Shell;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Codes;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Operators.Scripts;

/// <summary>Text of an attempt's script that prepares the codes of its command: variables, setup, versions.</summary>
internal static class CodeScript
{
    /// <summary>Folder in the run's folder at the place of the attempts, with a folder for each code whose version is determined.</summary>
    public const string VersionsFolder = "codes";

    /// <summary>Longest time that a command for a version may take.</summary>
    public static readonly TimeSpan VersionTimeLimit = TimeSpan.FromSeconds(60);

    // A script that was killed while it determined a version leaves its claim.
    private const int ClaimMinutes = 5;

    private const int MaxVersionBytes = 512;

    /// <summary>Variables of the site and of the codes, as the wiring has them; the nearer value wins.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> JoinVariables(
        IEnumerable<KeyValuePair<string, string>> site,
        SiteCommand command
    )
    {
        var own = command.Env.ToList();
        return own.Count == 0 ? [.. site] : [.. site.Where(pair => !own.Exists(code => code.Key == pair.Key)), .. own];
    }

    /// <summary>Appends the variables whose values are in no secret; the others come with the start of the script.</summary>
    public static void AppendVariables(StringBuilder text, IEnumerable<KeyValuePair<string, string>> variables)
    {
        foreach (var (variable, value) in variables.Where(static pair => !SecretReference.IsIn(pair.Value)))
        {
            AttemptScript.AppendExport(text, variable, value.Replace("$${", "${", StringComparison.Ordinal));
        }
    }

    /// <summary>Appends lines of setup.</summary>
    public static void AppendLines(StringBuilder text, IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            text.Append(line).Append('\n');
        }
    }

    /// <summary>
    /// Appends the commands that determine the versions of the codes: each once in the run and the place, by the first attempt that uses
    /// it. They never fail the attempt. The attempt's own copy is in its folder.
    /// </summary>
    /// <param name="text">The script.</param>
    /// <param name="command">The command.</param>
    /// <param name="container">The container engine; null if there is none.</param>
    /// <param name="key">The operator: two operators may have the run's folder and not the programs in common.</param>
    /// <param name="folderVariable">Shell variable with the attempt's folder.</param>
    public static void AppendVersions(
        StringBuilder text,
        SiteCommand command,
        ContainerOptions? container,
        OperatorKey key,
        string folderVariable
    )
    {
        if (command.Codes.All(static code => code.Version is null))
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"matterstack_codes=${folderVariable}\n").Append(VersionFunction);
        foreach (var code in command.Codes)
        {
            if (code.Version is { } version)
            {
                text.Append("matterstack_version ")
                    .Append(code.Name)
                    .Append(' ')
                    .Append(code.Hash.Short)
                    .Append(' ')
                    .Append(key.Value)
                    .Append(' ')
                    .Append(ShellText.Quote(BuildVersionCommand(code, version, container)))
                    .Append(" || :\n");
            }
        }
    }

    // In the image of the code, if it has one.
    private static string BuildVersionCommand(SiteCode code, string version, ContainerOptions? container) =>
        code.Image is { } image && container is not null
            ? string.Join(
                ' ',
                [
                    ShellText.QuoteIfNeeded(container.Executable ?? container.Engine),
                    container.Engine == ContainerCommand.Apptainer ? "exec" : "run --rm",
                    .. container.Options.Select(ShellText.QuoteIfNeeded),
                    ShellText.QuoteIfNeeded(image),
                    "/bin/sh -c",
                    ShellText.Quote(version),
                ]
            )
            : version;

    // Two attempts may begin at the same time: whoever makes the folder determines the version, and the other does not wait.
    // The rest of a long output is read, so that its command does not fail.
    private static string VersionFunction =>
        $$"""
            matterstack_version() (
              exec 9>&-
              all=$matterstack_codes/../../{{VersionsFolder}}
              one=$all/$1-$2-$3
              if ! [ -f "$one/version" ]; then
                mkdir -p "$all" || exit 0
                if [ -d "$one" ] && [ -n "$(find "$one" -prune -mmin +{{ClaimMinutes}})" ]; then mv "$one" "$one.$$" && rm -rf "$one.$$"; fi
                mkdir "$one" || exit 0
                limit=
                if command -v timeout; then limit='timeout -k 5 {{(int)VersionTimeLimit.TotalSeconds}}'; fi >/dev/null
                { $limit /bin/sh -c "$4" </dev/null; echo "$?" >"$one/exit"; } | {
                  head -n 1 | head -c {{MaxVersionBytes}} | LC_ALL=C tr -cd '\11\40-\176\200-\377'
                  cat >/dev/null
                } >"$one/line"
                read -r code <"$one/exit" && [ "$code" = 0 ] || : >"$one/line"
                mv "$one/line" "$one/version"
              fi
              version=
              read -r version <"$one/version" || :
              printf '%s %s %s\n' "$1" "$2" "$version" >>"$matterstack_codes/{{AttemptLayout.CodeVersionsFile}}"
            ) 2>/dev/null

            """;
}
