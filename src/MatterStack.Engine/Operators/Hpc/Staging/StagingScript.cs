using System.Globalization;
using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Hpc.Staging;

/// <summary>
/// Scripts that run in a run's folder on the cluster to receive files: POSIX shell text whose length does not grow with their number.
/// </summary>
/// <remarks>
/// Each stream is appended to <c>incoming/ID.part</c>, checked as a whole and unpacked into <c>incoming/ID.tree.*</c>; files and folders
/// are moved to their final names when everything has arrived.
/// A repeated transfer removes such a tree first, so that an abandoned process cannot move anything any more.
/// </remarks>
internal static class StagingScript
{
    /// <summary>Exit code: the stream is incomplete.</summary>
    public const int IncompleteExitCode = 3;

    /// <summary>Exit code: the content differs from its hash.</summary>
    public const int ChangedExitCode = 4;

    /// <summary>Name suffix of an incomplete stream.</summary>
    public const string PartSuffix = ".part";

    private const string ProgramFolder = "program";

    /// <summary>
    /// Creates the run's folder, removes abandoned transfers, and prints its state: names in <c>inputs/</c>, the number of program files,
    /// and the received bytes of each stream.
    /// </summary>
    /// <param name="run">The run's folder on the cluster, as a shell word.</param>
    public static string BuildStateQuery(string run) =>
        BuildHeader(run)
            .Append(
                CultureInfo.InvariantCulture,
                $"for c in tar sha256sum xargs head tail wc; do command -v $c > /dev/null || {{ echo \"$c: not found\" >&2; "
                    + $"exit {ExitCodes.NoCommand}; }}; done\n"
            )
            .Append(
                CultureInfo.InvariantCulture,
                $"mkdir -p -- {run}/inputs {run}/tasks {run}/incoming && cd -- {run} || no {ExitCodes.NoRunFolder}\n"
            )
            .Append("find incoming -mindepth 1 -maxdepth 1 -mtime +1 -exec rm -rf -- {} +\nls -1 inputs | sed 's/^/kept /'\n")
            .Append("[ ! -d " + ProgramFolder + " ] || echo program $(find " + ProgramFolder + " -type f | wc -l)\n")
            .Append("for p in incoming/*.part; do [ ! -f \"$p\" ] || echo part \"${p#incoming/}\" $(wc -c < \"$p\"); done\nexit 0\n")
            .ToString();

    /// <summary>Receives a stream, or its missing part.</summary>
    public static StringBuilder BuildReceiveScript(string run, string stream, long offset, long total) =>
        BuildEntryScript(run)
            .Append(
                CultureInfo.InvariantCulture,
                $"p=incoming/{stream}.part\n"
                    + $"{(offset == 0 ? "rm -f -- \"$p\"" : $"[ \"$(wc -c < \"$p\")\" -eq {offset} ] || exit {IncompleteExitCode}")}\n"
                    + $"cat >> \"$p\" || no\n[ \"$(wc -c < \"$p\")\" -eq {total} ] || exit {IncompleteExitCode}\n"
            );

    /// <summary>Moves a file that was sent on its own into <c>inputs/</c>.</summary>
    public static string BuildStoreCommands(StoredInput file) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"s=$(sha256sum < \"$p\") || no\n[ \"${{s%% *}}\" = {file.File.Content.Hex} ] || {{ rm -f -- \"$p\"; exit {ChangedExitCode}; "
                + $"}}\n{(file.IsExecutable ? $"chmod u+x -- \"$p\" || no\n" : "")}mv -f -- \"$p\" {StoredInput.FolderPrefix}"
                + $"{file.Name} || no\n"
        );

    /// <summary>Changes to the run's folder.</summary>
    public static StringBuilder BuildEntryScript(string run) =>
        BuildHeader(run).Append(CultureInfo.InvariantCulture, $"cd -- {run} || no {ExitCodes.NoRunFolder}\n");

    /// <summary>Creates the attempts' folders from received archives.</summary>
    /// <param name="archives">Archives to unpack.</param>
    /// <param name="comes">Whether the script reads the only archive from its input, from the first byte on: then it is unpacked while it
    /// arrives, and nothing is moved before the whole archive was checked.</param>
    /// <param name="forgotten">Abandoned streams, which are removed.</param>
    /// <param name="nonce">Unique text of this try, for the name of the tree.</param>
    public static string BuildPlacement(IReadOnlyList<UploadArchive> archives, bool comes, IReadOnlyList<string> forgotten, string nonce)
    {
        var name = $"incoming/{archives[^1].Id.Hex}.tree";
        var text = new StringBuilder(
            $"rm -rf -- {name}.*{string.Concat(forgotten.Select(stream => $" incoming/{stream}{PartSuffix} incoming/{stream}.tree.*"))}\n"
                + $"t={name}.{nonce}\nmkdir -- $t || no\n"
        )
            // Root would get the permissions of the archive, whatever the umask is.
            .Append("o=; [ \"$(id -u)\" != 0 ] || o=--no-same-permissions\n")
            .Append(
                CultureInfo.InvariantCulture,
                $"check() {{ s=$(head -c \"$2\" -- \"$1\" | sha256sum) || no; [ \"${{s%% *}}\" = \"$(tail -c 64 -- \"$1\")\" ] || {{ rm "
                    + $"-rf -- \"$1\" $t; exit {ChangedExitCode}; }}; }}\n"
            )
            .Append("unpack() { check incoming/$1.part \"$2\"; head -c \"$2\" -- incoming/$1.part | tar -x -m -o $o -f - -C $t || no; }\n");
        if (comes)
        {
            text.Append(CultureInfo.InvariantCulture, $"p=incoming/{archives[0].Id.Hex}.part; rm -f -- \"$p\"\n")
                .Append(
                    "r=$({ { tee -- \"$p\"; echo tee$? >&3; } | { tar -x -m -o $o -f - -C $t; echo tar$? >&3; cat > /dev/null; }; "
                        + "} 3>&1 > /dev/null)\ncase $r in *tee0*) ;; *) no ;; esac\n"
                )
                .Append(
                    CultureInfo.InvariantCulture,
                    $"[ \"$(wc -c < \"$p\")\" -eq {archives[0].TotalLength} ] || {{ rm -rf -- $t; exit {IncompleteExitCode}; }}\n"
                )
                .Append(CultureInfo.InvariantCulture, $"case $r in *tar0*) ;; *) no ;; esac\ncheck \"$p\" {archives[0].Length}\n");
        }

        foreach (var archive in archives.Where(_ => !comes))
        {
            text.Append(CultureInfo.InvariantCulture, $"unpack {archive.Id.Hex} {archive.Length}\n");
        }

        // One process for many names.
        text.Append("cd -- $t || no\n")
            .Append("if [ -d inputs ]; then (cd inputs && ls | xargs sh -c 'exec mv -f -- \"$@\" ../../../inputs/' sh) || no; fi\n")
            .Append("copy() { . ./")
            .Append(StagingPlan.CommandsFile)
            .Append("; }\ncopy || no\n")
            // A program folder with missing files was purged.
            .Append(
                "count() { find \"$1\" -type f | wc -l; }\nif [ -d new/"
                    + ProgramFolder
                    + " ]; then\n  if [ -d ../../"
                    + ProgramFolder
                    + " ] && [ \"$(count ../../"
                    + ProgramFolder
                    + ")\" -lt \"$(count new/"
                    + ProgramFolder
                    + ")\" ]; then mkdir -p old && mv -- ../../"
                    + ProgramFolder
                    + " old/ || no; fi\n"
            )
            .Append(
                "  [ -d ../../"
                    + ProgramFolder
                    + " ] || mv -- new/"
                    + ProgramFolder
                    + " ../../ || [ -d ../../"
                    + ProgramFolder
                    + " ] || no\nfi\n"
            )
            .Append("cd new/tasks || no\n")
            // An existing folder was never submitted: an earlier try left it, or a person asked for a new one.
            .Append(
                "for a in *; do\n  [ -e \"../../../../tasks/$a\" ] || continue\n  mkdir -p ../../old && mv -- \"../../../../tasks/$a\" "
                    + "../../old/ || no\ndone\n"
            )
            .Append("ls | xargs sh -c 'exec mv -- \"$@\" ../../../../tasks/' sh || no\n")
            .Append("cd ../../../.. || no\nrm -rf -- $t");
        foreach (var archive in archives)
        {
            text.Append(CultureInfo.InvariantCulture, $" incoming/{archive.Id.Hex}.part");
        }

        return text.Append("\nexit 0\n").ToString();
    }

    // A failed command reports the free space, after its own partial files are removed; without a code it is a failed write.
    private static StringBuilder BuildHeader(string run) =>
        new StringBuilder("LC_ALL=C; export LC_ALL\nt=\n")
            .Append(RemoteFreeSpace.ShellFunction)
            .Append(
                CultureInfo.InvariantCulture,
                $"no() {{ [ -z \"$t\" ] || (cd -- {run} && rm -rf -- $t); room {run}; exit ${{1-{ExitCodes.NotWritten}}}; }}\n"
            );
}
