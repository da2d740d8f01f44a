using System.Globalization;
using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Scripts;

/// <summary>
/// Shell text of the temporary folder that a site's <c>tmpdir</c> gives to an attempt: a folder of its own in that place, which goes with
/// the attempt. Without <c>tmpdir</c> the temporary folder is the attempt's folder.
/// </summary>
internal static class ScratchFolder
{
    /// <summary>Shell variable with the attempt's folder, where <c>TMPDIR</c> is another one.</summary>
    public const string FolderVariable = "matterstack_folder";

    /// <summary>Shell function that removes the folder; it does nothing before there is one.</summary>
    public const string CleanFunction = "matterstack_clean";

    /// <summary>File in the attempt's folder with the path, so that a folder is found whose script was killed.</summary>
    public const string RecordFile = "tmpdir";

    /// <summary>Name of the shell variable with the attempt's folder.</summary>
    /// <param name="tmpdir">The site's text; null if it names none.</param>
    public static string GetFolderVariable(string? tmpdir) => tmpdir is null ? "TMPDIR" : FolderVariable;

    /// <summary>Name of the folder inside the site's place.</summary>
    public static string GetName(AttemptId attempt) => "ms-" + attempt;

    /// <summary>
    /// Appends traps that remove the folder at the end of the script and on signals. A later <c>EXIT</c> trap must call
    /// <see cref="CleanFunction"/>.
    /// </summary>
    /// <remarks>
    /// dash runs no <c>EXIT</c> trap when a signal ends it. The signal is passed on, so that the end of the script looks as without a trap.
    /// </remarks>
    public static StringBuilder AppendTraps(StringBuilder text) =>
        text.Append("matterstack_scratch=\n")
            // A command may have changed the path, and the modes of folders.
            .Append(CleanFunction)
            .Append("() {\n  [ -z \"$matterstack_scratch\" ] || command -p rm -rf -- \"$matterstack_scratch\" 2>/dev/null || ")
            .Append("{ command -p chmod -R u+rwX -- \"$matterstack_scratch\"; command -p rm -rf -- \"$matterstack_scratch\"; }\n}\n")
            .Append("trap ")
            .Append(CleanFunction)
            .Append(" EXIT\n")
            .Append("for matterstack_signal in HUP INT TERM; do\n  trap \"")
            .Append(CleanFunction)
            .Append("; trap - $matterstack_signal; kill -s $matterstack_signal \\$\\$\" $matterstack_signal\ndone\n");

    /// <summary>Appends the commands that make the folder and set <c>TMPDIR</c>. A place that cannot be used ends the script.</summary>
    /// <param name="text">The script.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="tmpdir">The site's shell text.</param>
    /// <param name="ours">Shell command that succeeds if the engine or a scheduler runs the script. A person who repeats it by hand gets
    /// another folder than the attempt.</param>
    public static void AppendCommands(StringBuilder text, AttemptId attempt, string tmpdir, string ours)
    {
        var place = tmpdir.StartsWith("~/", StringComparison.Ordinal) ? "$HOME" + tmpdir[1..] : tmpdir;
        var name = $"MatterStack: tmpdir {ShellText.Quote(tmpdir)} of operators.yaml";
        text.Append(
            CultureInfo.InvariantCulture,
            $$"""
            matterstack_place="{{place}}"
            case $matterstack_place in
            '') printf '%s\n' {{ShellText.Quote(name + " is empty here")}} >&2; exit {{ExitCodes.SiteNotUsable}} ;;
            /*) ;;
            *) printf '%s\n' {{ShellText.Quote(name + " is not an absolute path here:")}}" $matterstack_place" >&2; exit {{ExitCodes.SiteNotUsable}} ;;
            esac
            TMPDIR=${matterstack_place%/}/{{GetName(attempt)}}
            if {{ours}}; then printf '%s\n' "$TMPDIR" > "${{FolderVariable}}/{{RecordFile}}"; else TMPDIR=$TMPDIR-$$; fi
            command -p rm -rf -- "$TMPDIR" && command -p mkdir -m 700 -- "$TMPDIR" || {
              printf '%s\n' {{ShellText.Quote(
                name + " cannot be used here: no folder can be made in"
            )}}" $matterstack_place" >&2; exit {{ExitCodes.SiteNotUsable}}; }
            matterstack_scratch=$TMPDIR

            """
        );
    }

    /// <summary>Reads where the folder of an attempt on this machine is. Returns null if there is none.</summary>
    public static string? ReadPath(AttemptRequest request) =>
        AttemptText.ReadBeginning(request.RunFolder, request.RelativeFolder + "/" + RecordFile)?.TrimEnd('\n') is { } path
        && Path.IsPathRooted(path)
        // The task may have written the file: only a folder of this attempt's name is removed.
        && Path.GetFileName(path) == GetName(request.Attempt)
        && new DirectoryInfo(path) is { Exists: true, LinkTarget: null }
            ? path
            : null;
}
