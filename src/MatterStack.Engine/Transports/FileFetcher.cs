using System.Globalization;
using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Transports;

/// <summary>Fetches files from a machine as one archive, which is created while it is sent. An interrupted transfer is resumed, an
/// incomplete file never has its final name, and both machines compute hashes.</summary>
/// <remarks>Needed there: a POSIX shell, <c>head</c>, <c>tail</c>, <c>tee</c> and <c>sha256sum</c> (GNU coreutils), <c>xargs</c>
/// (findutils), GNU <c>tar</c> and <c>/dev/fd</c>.</remarks>
/// <param name="shell">The machine.</param>
/// <param name="stall">Longest time without data.</param>
internal sealed class FileFetcher(IShell shell, TimeSpan stall)
{
    // Bytes per second that a slow disk reads.
    private const long SlowestRead = 10 << 20;
    private const long MostOfBatch = 2L << 30;
    private const int MostFiles = 100_000;
    private const int Diagnosed = 50;

    // 500 files per process: they are hashed while other files are sent.
    private const string Hash = "xargs -0 -n 500 sha256sum --";

    /// <summary>Fetches files. A file that exists here with the same size and time is not fetched again.</summary>
    /// <param name="folder">Remote folder, as a shell word.</param>
    /// <param name="files">Files below it.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="IOException">The local disk has an error.</exception>
    public FetchAnswer Fetch(string folder, IReadOnlyList<FetchedFile> files, CancellationToken cancel)
    {
        var ends = new Dictionary<FetchedFile, FetchEnd>();
        var (open, unsure) = (new List<FetchedFile>(), new List<FetchedFile>());
        long moved = 0;
        foreach (var file in files)
        {
            var here = new FileInfo(file.Target);
            if (here.Exists && here.LinkTarget is null && here.Length == file.Size && here.LastWriteTimeUtc == file.Written)
            {
                ends[file] = new FetchEnd.Here(null, file.Size, IsChanging: false);
            }
            else if (file.IsUnread && file.Size <= FetchReceiver.Small && here.Exists && here.LinkTarget is null && here.Length == file.Size)
            {
                unsure.Add(file);
            }
            else if (!file.HasHoles && file.Size > FetchReceiver.Small && PartOf(file) >= FetchReceiver.Small)
            {
                if (CarryOn(folder, file, ends, ref moved, cancel) is { } broken)
                {
                    return new FetchAnswer(ends, broken, moved);
                }

                if (!ends.ContainsKey(file))
                {
                    open.Add(file);
                }
            }
            else
            {
                open.Add(file);
            }
        }

        if (unsure.Count > 0)
        {
            if (Compare(folder, unsure, ends, cancel) is { } broken)
            {
                return new FetchAnswer(ends, broken, moved);
            }

            open.AddRange(unsure.Where(f => !ends.ContainsKey(f)));
        }

        foreach (var batch in Batches(open))
        {
            var others = new Dictionary<string, Sha256>(StringComparer.Ordinal);
            if ((FetchTogether(folder, batch, ends, others, ref moved, cancel)
                // Files that changed during the transfer are fetched once more.
                ?? FetchTogether(folder, [.. batch.Where(f => others.ContainsKey(Raw(f)))], ends, others, ref moved, cancel)) is { } broken)
            {
                return new FetchAnswer(ends, broken, moved);
            }

            Diagnose(folder, [.. batch.Where(f => !ends.ContainsKey(f))], ends, cancel);
        }

        return new FetchAnswer(ends, null, moved);
    }

    private static IEnumerable<List<FetchedFile>> Batches(List<FetchedFile> files)
    {
        var batch = new List<FetchedFile>();
        long size = 0;
        foreach (var file in files)
        {
            if (batch.Count > 0 && (batch.Count == MostFiles || size + file.Size > MostOfBatch))
            {
                yield return batch;
                (batch, size) = ([], 0);
            }

            batch.Add(file);
            size += file.Size;
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private ShellAnswer.None? FetchTogether(string folder, List<FetchedFile> files, Dictionary<FetchedFile, FetchEnd> ends, Dictionary<string, Sha256> others, ref long moved, CancellationToken cancel)
    {
        if (files.Count == 0)
        {
            return null;
        }

        using var receiver = new FetchReceiver(files.ToDictionary(Raw, StringComparer.Ordinal), others);
        var script = Begin(folder)
            + "command -v tar > /dev/null || { echo 'there is no tar' >&2; exit 127; }\n"
            + "[ -e /dev/fd/0 ] || { echo 'there is no /dev/fd' >&2; exit 127; }\n"
            // The names go to tar and to sha256sum at the same time. sha256sum ends when the archive is complete, and its hashes follow the
            // archive.
            + "exec 4>&1\n{ tee /dev/fd/3 | tar -c -f - --format=gnu --sparse --hard-dereference --no-recursion --null -T - >&4 3>&- 4>&-; } 3>&1 | { h=$(" + Hash + " 4>&-); printf '%s\\n' \"$h\"; }\nexit 0";
        var answer = shell.Run(new ShellCall(script, Patience(files.Sum(f => f.Size))) { Input = NamesOf(files).WriteTo, Output = new TarReader(receiver) }, cancel);
        moved += receiver.Moved;
        receiver.Settle();
        Take(receiver, ends, others);
        return answer is ShellAnswer.Ended { ExitCode: 0 } ? null : Why(answer);
    }

    // Files that arrived completely before the connection broke, but without their hashes.
    private ShellAnswer.None? Compare(string folder, List<FetchedFile> files, Dictionary<FetchedFile, FetchEnd> ends, CancellationToken cancel)
    {
        using var lines = new MemoryStream();
        var answer = shell.Run(new ShellCall($"{Begin(folder)}{Hash}\nexit 0", Patience(files.Sum(f => f.Size))) { Input = NamesOf(files).WriteTo, Output = lines }, cancel);
        var hashes = HashLines.Parse(lines.GetBuffer().AsSpan(0, (int)lines.Length));
        foreach (var file in files.Where(f => hashes.ContainsKey(Raw(f))))
        {
            using var stream = RegularFile.OpenRead(file.Target);
            if (Sha256.ComputeHash(stream) is var content && content == hashes[Raw(file)])
            {
                File.SetLastWriteTimeUtc(file.Target, file.Written);
                ends[file] = new FetchEnd.Here(content, file.Size, IsChanging: false);
            }
        }

        return answer is ShellAnswer.Ended { ExitCode: 0 } ? null : Why(answer);
    }

    private static MemoryStream NamesOf(List<FetchedFile> files)
    {
        var names = new MemoryStream();
        foreach (var file in files)
        {
            names.Write(RawText.Bytes(Raw(file)));
            names.WriteByte(0);
        }

        return names;
    }

    // Resumes one large file whose beginning is here.
    private ShellAnswer.None? CarryOn(string folder, FetchedFile file, Dictionary<FetchedFile, FetchEnd> ends, ref long moved, CancellationToken cancel)
    {
        var have = PartOf(file);
        using var receiver = new FetchReceiver(new Dictionary<string, FetchedFile>(), new Dictionary<string, Sha256>());
        var name = ShellText.Quote("./" + file.Name);
        ShellAnswer answer;
        CarriedOnStream came;
        using (var part = new TroubleStream(new FileStream(file.Part, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0)))
        {
            came = new CarriedOnStream(part);
            answer = shell.Run(new ShellCall(
                Begin(folder)
                + string.Create(CultureInfo.InvariantCulture, $"sha256sum -- {name} && printf '\\0' && tail -c +{have + 1} -- {name} | head -c {file.Size - have}"), Patience(file.Size)) { Output = came }, cancel);
            moved += PartOf(file) - have;
            ThrowIf(part.Trouble);
        }

        if (answer is ShellAnswer.None broken)
        {
            return broken;
        }

        if (PartOf(file) == file.Size)
        {
            receiver.Settle(Raw(file), file, HashLines.Parse(came.Line.GetBuffer().AsSpan(0, (int)came.Line.Length)));
        }

        Take(receiver, ends, []);
        if (!ends.ContainsKey(file))
        {
            // The remote file has changed: fetch all of it again.
            File.Delete(file.Part);
        }

        return null;
    }

    private static void Take(FetchReceiver receiver, Dictionary<FetchedFile, FetchEnd> ends, Dictionary<string, Sha256> others)
    {
        ThrowIf(receiver.Trouble);
        foreach (var (file, end) in receiver.Ends)
        {
            ends[file] = end;
        }

        foreach (var (name, hash) in receiver.Others)
        {
            others[name] = hash;
        }
    }

    private static void ThrowIf(IOException? trouble)
    {
        if (trouble is not null)
        {
            throw new IOException(trouble.Message, trouble) { HResult = trouble.HResult };
        }
    }

    // Finds out why files were not sent, from the error messages of cat: those of tar are hard to parse.
    private void Diagnose(string folder, List<FetchedFile> files, Dictionary<FetchedFile, FetchEnd> ends, CancellationToken cancel)
    {
        if (files.Count == 0)
        {
            return;
        }

        var script = new StringBuilder(Begin(folder)).Append("why() { printf '%s\\0' \"$(cat -- \"$1\" 2>&1 > /dev/null)\"; }\n");
        var asked = files.Take(Diagnosed).ToList();
        foreach (var file in asked)
        {
            script.Append("why ").Append(ShellText.Quote("./" + file.Name)).Append('\n');
        }

        var answer = shell.Run(new ShellCall(script.ToString(), Patience(asked.Sum(f => f.Size))), cancel);
        var words = (answer as ShellAnswer.Ended)?.Output.Split('\0') ?? [];
        for (var i = 0; i < files.Count; i++)
        {
            var said = i < words.Length ? words[i] : "";
            ends[files[i]] = said.EndsWith("No such file or directory", StringComparison.Ordinal) ? new FetchEnd.Vanished()
                : new FetchEnd.Failed(answer switch
                {
                    ShellAnswer.None none => none.Why,
                    _ when said.LastIndexOf(": ", StringComparison.Ordinal) is > 0 and var at => said[(at + 2)..],
                    _ when said.Length > 0 => said,
                    _ when i < asked.Count => "it changes while it is read",
                    _ => "it was not sent, like other files before it",
                }, Stays: said.EndsWith("Permission denied", StringComparison.Ordinal));
        }
    }

    private static ShellAnswer.None Why(ShellAnswer answer) => answer as ShellAnswer.None
        ?? new ShellAnswer.None(((ShellAnswer.Ended)answer).Error.Trim() is { Length: > 0 } words ? $"files could not be fetched: {words}" : "files could not be fetched", Reached: true);

    private static string Begin(string folder) => $"LC_ALL=C; export LC_ALL; unset TAR_OPTIONS\ncd -- {folder} || exit 1\n";

    private TimeSpan Patience(long bytes) => stall + TimeSpan.FromSeconds(bytes / SlowestRead);

    private static string Raw(FetchedFile file) => "./" + RawText.Encode(file.Name);

    private static long PartOf(FetchedFile file)
    {
        var part = new FileInfo(file.Part);
        return part.Exists && part.LinkTarget is null && part.Length <= file.Size ? part.Length : 0;
    }

    /// <summary>Keeps an error of the local disk: the writer cannot distinguish it from a broken connection.</summary>
    private sealed class TroubleStream(FileStream target) : PushedStream
    {
        public IOException? Trouble { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            try
            {
                target.Write(buffer);
            }
            catch (IOException e)
            {
                Trouble = e;
                throw;
            }
        }

        protected override void Dispose(bool disposing)
        {
            target.Dispose();
            base.Dispose(disposing);
        }
    }
}
