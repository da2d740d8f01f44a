using System.Globalization;
using System.Text;
using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>What runs in a run's folder on the cluster when files are sent: POSIX shell text that does not grow with their number.</summary>
/// <remarks>
/// Each stream is appended to <c>incoming/ID.part</c>, is checked there as a whole and unpacked into <c>incoming/ID.tree.*</c>; files and folders get their final names by being moved when all is there.
/// Whoever sends once more removes such a tree first, so that one who was given up can move nothing any more.
/// </remarks>
internal static class StagingScript
{
    /// <summary>The stream did not come as a whole.</summary>
    public const int Broken = 3;

    /// <summary>It came with another content.</summary>
    public const int Changed = 4;

    /// <summary>End of the name of a stream that has not come as a whole.</summary>
    public const string Part = ".part";

    private const string Program = "program";

    /// <summary>Makes the run's folder, removes what nobody will carry on any more, and says what is there: names in <c>inputs/</c>, how many files the program has, and how much has come of each stream.</summary>
    /// <param name="run">The run's folder there as a shell word.</param>
    public static string Ask(string run) => Begin(run)
        .Append(CultureInfo.InvariantCulture, $"for c in tar sha256sum xargs head tail wc; do command -v $c > /dev/null || {{ echo \"$c: not found\" >&2; exit {PlaceTrouble.NoCommand}; }}; done\n")
        .Append(CultureInfo.InvariantCulture, $"mkdir -p -- {run}/inputs {run}/tasks {run}/incoming && cd -- {run} || no {PlaceTrouble.NoFolder}\n")
        .Append("find incoming -mindepth 1 -maxdepth 1 -mtime +1 -exec rm -rf -- {} +\nls -1 inputs | sed 's/^/kept /'\n")
        .Append("[ ! -d " + Program + " ] || echo program $(find " + Program + " -type f | wc -l)\n")
        .Append("for p in incoming/*.part; do [ ! -f \"$p\" ] || echo part \"${p#incoming/}\" $(wc -c < \"$p\"); done\nexit 0\n").ToString();

    /// <summary>Takes a stream, or what is missing of it.</summary>
    public static StringBuilder Receive(string run, string stream, long offset, long total) => Enter(run).Append(CultureInfo.InvariantCulture,
        $"p=incoming/{stream}.part\n{(offset == 0 ? "rm -f -- \"$p\"" : $"[ \"$(wc -c < \"$p\")\" -eq {offset} ] || exit {Broken}")}\ncat >> \"$p\" || no {PlaceTrouble.NotWritten}\n[ \"$(wc -c < \"$p\")\" -eq {total} ] || exit {Broken}\n");

    /// <summary>Puts a file that came by itself into <c>inputs/</c>.</summary>
    public static string Keep(KeptFile file) => string.Create(CultureInfo.InvariantCulture,
        $"s=$(sha256sum < \"$p\") || no {PlaceTrouble.NotWritten}\n[ \"${{s%% *}}\" = {file.File.Content.Hex} ] || {{ rm -f -- \"$p\"; exit {Changed}; }}\n{(file.Executable ? $"chmod u+x -- \"$p\" || no {PlaceTrouble.NotWritten}\n" : "")}mv -f -- \"$p\" {KeptFile.Folder}{file.Name} || no {PlaceTrouble.NotWritten}\n");

    /// <summary>Enters the run's folder.</summary>
    public static StringBuilder Enter(string run) => Begin(run).Append(CultureInfo.InvariantCulture, $"cd -- {run} || no {PlaceTrouble.NoFolder}\n");

    /// <summary>Makes attempts' folders of archives that are there.</summary>
    /// <param name="archives">The archives.</param>
    /// <param name="comes">Whether the only one of them is what the script reads, from its first byte on: then it is unpacked as it comes, and nothing of it is moved before all of it was checked.</param>
    /// <param name="forgotten">Streams that were begun and that nobody will carry on.</param>
    /// <param name="nonce">What this try alone is called by.</param>
    public static string Place(IReadOnlyList<SentArchive> archives, bool comes, IReadOnlyList<string> forgotten, string nonce)
    {
        var name = $"incoming/{archives[^1].Id.Hex}.tree";
        var text = new StringBuilder($"rm -rf -- {name}.*{string.Concat(forgotten.Select(stream => $" incoming/{stream}{Part} incoming/{stream}.tree.*"))}\nt={name}.{nonce}\nmkdir -- $t || no 74\n")
            // Root would be given the permissions as they are in the archive, whatever the umask says.
            .Append("o=; [ \"$(id -u)\" != 0 ] || o=--no-same-permissions\n")
            .Append(CultureInfo.InvariantCulture, $"check() {{ s=$(head -c \"$2\" -- \"$1\" | sha256sum) || no 74; [ \"${{s%% *}}\" = \"$(tail -c 64 -- \"$1\")\" ] || {{ rm -rf -- \"$1\" $t; exit {Changed}; }}; }}\n")
            .Append("unpack() { check incoming/$1.part \"$2\"; head -c \"$2\" -- incoming/$1.part | tar -x -m -o $o -f - -C $t || no 74; }\n");
        if (comes)
        {
            text.Append(CultureInfo.InvariantCulture, $"p=incoming/{archives[0].Id.Hex}.part; rm -f -- \"$p\"\n")
                .Append("r=$({ { tee -- \"$p\"; echo tee$? >&3; } | { tar -x -m -o $o -f - -C $t; echo tar$? >&3; cat > /dev/null; }; } 3>&1 > /dev/null)\ncase $r in *tee0*) ;; *) no 74 ;; esac\n")
                .Append(CultureInfo.InvariantCulture, $"[ \"$(wc -c < \"$p\")\" -eq {archives[0].Total} ] || {{ rm -rf -- $t; exit {Broken}; }}\n")
                .Append(CultureInfo.InvariantCulture, $"case $r in *tar0*) ;; *) no 74 ;; esac\ncheck \"$p\" {archives[0].Length}\n");
        }

        foreach (var archive in archives.Where(_ => !comes))
        {
            text.Append(CultureInfo.InvariantCulture, $"unpack {archive.Id.Hex} {archive.Length}\n");
        }

        // Many names to a process.
        text.Append("cd -- $t || no 74\n")
            .Append("if [ -d inputs ]; then (cd inputs && ls | xargs sh -c 'exec mv -f -- \"$@\" ../../../inputs/' sh) || no 74; fi\n")
            .Append("copy() { . ./").Append(StagingPlan.Commands).Append("; }\ncopy || no 74\n")
            // One that lacks files was purged.
            .Append("count() { find \"$1\" -type f | wc -l; }\nif [ -d new/" + Program + " ]; then\n  if [ -d ../../" + Program + " ] && [ \"$(count ../../" + Program + ")\" -lt \"$(count new/" + Program + ")\" ]; then mkdir -p old && mv -- ../../" + Program + " old/ || no 74; fi\n")
            .Append("  [ -d ../../" + Program + " ] || mv -- new/" + Program + " ../../ || [ -d ../../" + Program + " ] || no 74\nfi\n")
            .Append("cd new/tasks || no 74\n")
            // What stands there was never submitted; it is what an earlier try left, or a person wants it to be made anew.
            .Append("for a in *; do\n  [ -e \"../../../../tasks/$a\" ] || continue\n  mkdir -p ../../old && mv -- \"../../../../tasks/$a\" ../../old/ || no 74\ndone\n")
            .Append("ls | xargs sh -c 'exec mv -- \"$@\" ../../../../tasks/' sh || no 74\n")
            .Append("cd ../../../.. || no 74\nrm -rf -- $t");
        foreach (var archive in archives)
        {
            text.Append(CultureInfo.InvariantCulture, $" incoming/{archive.Id.Hex}.part");
        }

        return text.Append("\nexit 0\n").ToString();
    }

    // What cannot be written says how much room there is, without what it has just written in part.
    private static StringBuilder Begin(string run) => new StringBuilder("LC_ALL=C; export LC_ALL\nt=\n").Append(PlaceSpace.Function)
        .Append(CultureInfo.InvariantCulture, $"no() {{ [ -z \"$t\" ] || (cd -- {run} && rm -rf -- $t); room {run}; exit $1; }}\n");
}
