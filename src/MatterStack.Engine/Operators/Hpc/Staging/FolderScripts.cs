using System.Globalization;
using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Operators.Logs;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Hpc.Staging;

/// <summary>Shell text that reads files in the folder of an attempt. Each part of the answer begins with a line with a mark; the content
/// of a file ends with one.</summary>
internal static class FolderScripts
{
    // Content that arrives is held back until as many bytes follow as the end of an answer has.
    private static readonly string Padding = new('.', 80);

    // Each file: index, path. A link may lead to another file of the attempt, and nowhere else.
    private const string Functions = """
        LC_ALL=C; export LC_ALL
        facts() { stat -L -c '%s %i %Y' -- "$1" 2>/dev/null || stat -L -f '%z %i %m' -- "$1" 2>/dev/null || echo "$(($(wc -c <"$1"))) 0 -"; }
        check() {
          why=
          [ -e "$1" ] || [ -L "$1" ] || { why=missing; return 1; }
          if [ -L "$1" ]; then
            path=$(readlink -f -- "$1") || { why='it is a link to nothing'; return 1; }
          else
            path=$(cd -P -- "$(dirname -- "$1")" && pwd -P)/${1##*/}
          fi
          case $path in "$base"/*) ;; *) why='it is a link that leads out of the folder of the attempt'; return 1 ;; esac
          [ -f "$path" ] || { why='it is not a regular file'; [ ! -d "$path" ] || why='it is a folder'; return 1; }
          [ -r "$path" ] || { why='it may not be read'; return 1; }
        }
        over() { [ -s exit_code ] && IFS= read -r code <exit_code; }

        """;

    /// <summary>Builds the script of one look.</summary>
    /// <param name="folder">The folder as shell text.</param>
    /// <param name="files">Paths relative to it.</param>
    /// <param name="most">Limit for each file, in bytes.</param>
    /// <param name="mark">The mark.</param>
    public static string BuildLook(string folder, IReadOnlyList<string> files, int most, string mark)
    {
        var text = BuildBegin(folder)
            .Append(
                CultureInfo.InvariantCulture,
                $$"""
                now=$(date +%s)
                look() {
                  check "$2" || { [ "$why" = missing ] && absent=1; echo "{{mark}} $1 no $why"; return; }
                  set -- "$1" $(facts "$path")
                  case $4 in -) age=- ;; *) age=$((now - $4)) ;; esac
                  echo "{{mark}} $1 is $2 $age"
                  size=$2
                  [ "$size" -le {{most}} ] || size={{most}}
                  tail -c "+$(($2 - size + 1))" -- "$path" | head -c "$size"
                  printf '\n%s\n' '{{mark}} end {{Padding}}'
                }
                absent=

                """
            );
        for (var i = 0; i < files.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"look {i} {ShellText.Quote(files[i])}\n");
        }

        return text.Append(
                CultureInfo.InvariantCulture,
                $$"""
                [ -z "$absent" ] || {
                  echo "{{mark}} 0 names"
                  ( cd {{AttemptLayout.WorkFolder}} && find . -type f 2>/dev/null | head -n {{FolderLook.MaxNames}} )
                  printf '\n%s\n' '{{mark}} end {{Padding}}'
                }
                if over; then echo "{{mark}} 0 code $code"; fi
                exit 0

                """
            )
            .ToString();
    }

    /// <summary>Builds the script that follows files until the command has ended. It writes at least every few seconds, so that it ends
    /// soon after the connection.</summary>
    /// <param name="folder">The folder as shell text.</param>
    /// <param name="files">Paths relative to it, each with the number of bytes that are known.</param>
    /// <param name="mark">The mark.</param>
    public static string BuildFollow(string folder, IReadOnlyList<(string File, long Position)> files, string mark)
    {
        var text = BuildBegin(folder)
            .Append(
                CultureInfo.InvariantCulture,
                $$"""
                follow() {
                  eval "known=\$known$1 inode=\$inode$1"
                  check "$2" || return 0
                  set -- "$1" $(facts "$path")
                  if [ "$2" -lt "$known" ] || { [ -n "$inode" ] && [ "$inode" != "$3" ]; }; then
                    known=0
                    echo "{{mark}} $1 anew"
                  fi
                  if [ "$2" -gt "$known" ]; then
                    size=$(($2 - known))
                    [ "$size" -le 262144 ] || size=262144 more=1
                    echo "{{mark}} $1 add"
                    tail -c "+$((known + 1))" -- "$path" | head -c "$size"
                    printf '\n%s\n' '{{mark}} end {{Padding}}' || exit
                    known=$((known + size))
                  fi
                  eval "known$1=\$known inode$1=\$3"
                }

                """
            );
        for (var i = 0; i < files.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"known{i}={files[i].Position} inode{i}=\n");
        }

        text.Append("round=0\nwhile :; do\n  ended= more=\n  ! over || ended=1\n");
        for (var i = 0; i < files.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  follow {i} {ShellText.Quote(files[i].File)}\n");
        }

        return text.Append(
                CultureInfo.InvariantCulture,
                $$"""
                  [ -z "$more" ] || continue
                  [ -z "$ended" ] || { echo "{{mark}} 0 code $code"; exit 0; }
                  [ "$((round % 3))" != 0 ] || echo "{{mark}} 0 beat {{Padding}}" || exit
                  round=$((round + 1))
                  sleep 1
                done

                """
            )
            .ToString();
    }

    private static StringBuilder BuildBegin(string folder) =>
        new StringBuilder("cd -- ").Append(folder).Append(" || exit 3\nbase=$(pwd -P)\n").Append(Functions);
}
