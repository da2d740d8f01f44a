using System.Globalization;
using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Operators.Scripts;

/// <summary>
/// Shell text about the files of earlier attempts that an attempt begins with: copies them where the attempts have a folder in common,
/// checks them with the task's <c>CarryIf</c>, and removes them again if they are no good.
/// </summary>
/// <remarks>The text needs <c>$matterstack_attempt</c>, <c>$matterstack_work</c> and <c>$matterstack_ours</c>, see
/// <see cref="CommandScript"/>. <c>$matterstack_carried</c> is <c>true</c> as long as the files stay.</remarks>
internal static class CarryScript
{
    private const string End = "MATTERSTACK_CARRIED_FILES";

    /// <summary>Appends the list of the files and the function that removes them; inputs that they replaced come back.</summary>
    /// <param name="text">The script.</param>
    /// <param name="files">The files.</param>
    public static void AppendFiles(StringBuilder text, IReadOnlyList<LeftFile> files)
    {
        text.Append("matterstack_carried=true\n# Files of earlier attempts: hash, size, place, name in work/\n")
            .Append(
                "matterstack_each() {\n  while IFS='\t' read -r matterstack_hash matterstack_size matterstack_source matterstack_path; do\n"
            )
            .Append("    \"$1\" || return\n  done <<'")
            .Append(End)
            .Append("'\n");
        foreach (var file in files)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{file.Hash.Hex}\t{file.Size}\t{file.OriginFolder}/{AttemptLayout.WorkFolder}/{file.Source}\t{file.Path}\n"
            );
        }

        text.Append(End).Append("\n}\n").Append(Functions);
    }

    /// <summary>Appends the commands that copy the files into <c>work/</c>, for places where the engine does not copy them itself. A file
    /// that is gone or has changed lets the attempt begin afresh.</summary>
    /// <param name="text">The script, which has the files already.</param>
    public static void AppendCopies(StringBuilder text) => text.Append(Copies);

    /// <summary>Appends the task's own check of the files.</summary>
    /// <param name="text">The script, which has the files already.</param>
    /// <param name="command">Shell text of the check.</param>
    public static void AppendCheck(StringBuilder text, string command) =>
        text.Append("if [ \"$matterstack_carried\" = true ]; then\nmatterstack_code=0\n(\n")
            .Append(command)
            .Append("\n) >&2 </dev/null 9>&- || matterstack_code=$?\n")
            .Append("[ \"$matterstack_code\" = 0 ] || matterstack_begin_afresh \"CarryIf ended with exit code $matterstack_code\"\nfi\n");

    /// <summary>Shell text that runs one command if files were carried and stay, and another one if not.</summary>
    public static string BuildChoice(string restart, string command) =>
        $"if [ \"$matterstack_carried\" = true ]; then\n{restart}\nelse\n{command}\nfi";

    private const string Functions = $$"""
        matterstack_remove() {
          command -p rm -f -- "$matterstack_work/$matterstack_path"
          ! [ -e "$matterstack_attempt/{{AttemptLayout.ReplacedFolder}}/$matterstack_path" ] || command -p mv -f -- "$matterstack_attempt/{{AttemptLayout.ReplacedFolder}}/$matterstack_path" "$matterstack_work/$matterstack_path"
        }
        matterstack_begin_afresh() {
          matterstack_carried=false MATTERSTACK_CARRIED=false
          [ -z "$matterstack_ours" ] || printf '%s\n' "$1" >"$matterstack_attempt/{{AttemptLayout.NotCarriedFile}}"
          printf 'MatterStack: the attempt begins afresh, without files of the last one: %s\n' "$1" >&2
          matterstack_remove_all
        }
        matterstack_remove_all() { matterstack_each matterstack_remove; }

        """;

    // The hash is checked where the place has a program for it: reading a large file twice is cheap beside a calculation on a wrong one.
    private const string Copies = $$"""
        # A job that the scheduler starts again finds the copies of its first start: the list names what was copied.
        matterstack_list=$matterstack_attempt/{{AttemptLayout.CarriedFile}}
        matterstack_remove_all() {
          ! [ -e "$matterstack_list" ] || { while IFS= read -r matterstack_path; do matterstack_remove; done <"$matterstack_list" && command -p rm -f -- "$matterstack_list"; }
        }
        matterstack_why=
        matterstack_verify() {
          matterstack_source=$matterstack_attempt/../../$matterstack_source
          if ! [ -f "$matterstack_source" ] || [ -L "$matterstack_source" ]; then
            matterstack_why="$matterstack_path is gone from its place"
          elif [ "$(($(command -p wc -c <"$matterstack_source")))" != "$matterstack_size" ]; then
            matterstack_why="$matterstack_path has changed since it was recorded"
          elif command -v sha256sum >/dev/null && [ "$(sha256sum <"$matterstack_source")" != "$matterstack_hash  -" ]; then
            matterstack_why="$matterstack_path has changed since it was recorded"
          else
            return 0
          fi
          return 1
        }
        matterstack_copy() {
          matterstack_source=$matterstack_attempt/../../$matterstack_source
          matterstack_kept=$matterstack_attempt/{{AttemptLayout.ReplacedFolder}}/$matterstack_path
          matterstack_target=$matterstack_work/$matterstack_path
          command -p mkdir -p -- "${matterstack_target%/*}" && {
            ! [ -e "$matterstack_target" ] || { command -p mkdir -p -- "${matterstack_kept%/*}" && command -p mv -- "$matterstack_target" "$matterstack_kept"; }
          } && printf '%s\n' "$matterstack_path" >>"$matterstack_list" && command -p cp -p -- "$matterstack_source" "$matterstack_target" && command -p chmod u+w -- "$matterstack_target" && return 0
          matterstack_why="$matterstack_path could not be copied"
          return 1
        }
        [ -z "$matterstack_ours" ] || command -p rm -f -- "$matterstack_attempt/{{AttemptLayout.NotCarriedFile}}"
        matterstack_remove_all
        matterstack_each matterstack_verify && matterstack_each matterstack_copy || matterstack_begin_afresh "${matterstack_why:-the list of files could not be read}"

        """;
}
