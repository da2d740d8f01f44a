using System.Globalization;
using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Transports.Shell;

/// <summary>Fetches files from a machine as one archive, which is created while it is sent. An interrupted transfer is resumed, an
/// incomplete file never has its final name, and both machines compute hashes.</summary>
/// <remarks>Needed there: a POSIX shell, <c>head</c>, <c>tail</c>, <c>tee</c> and <c>sha256sum</c> (GNU coreutils), <c>xargs</c>
/// (findutils), GNU <c>tar</c> and <c>/dev/fd</c>.</remarks>
/// <param name="shell">The machine.</param>
/// <param name="stall">Longest time without data.</param>
internal sealed class FileFetcher(IShell shell, TimeSpan stall)
{
    // Bytes per second that a slow disk reads.
    private const long SlowReadBytesPerSecond = 10 << 20;
    private const long MaxBatchBytes = 2L << 30;
    private const int MaxBatchFiles = 100_000;
    private const int MaxDiagnosedFiles = 50;

    // 500 files per process: they are hashed while other files are sent.
    private const string HashCommand = "xargs -0 -n 500 sha256sum --";

    /// <summary>Fetches files. A file that exists here with the same size and time is not fetched again.</summary>
    /// <param name="folder">Remote folder, as a shell word.</param>
    /// <param name="files">Files below it.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="IOException">The local disk has an error.</exception>
    public FetchSummary FetchFiles(string folder, IReadOnlyList<FetchedFile> files, CancellationToken cancel)
    {
        var ends = new Dictionary<FetchedFile, FetchResult>();
        var (open, unsure) = (new List<FetchedFile>(), new List<FetchedFile>());
        long moved = 0;
        foreach (var file in files)
        {
            var here = new FileInfo(file.TargetPath);
            if (here.Exists && here.LinkTarget is null && here.Length == file.Size && here.LastWriteTimeUtc == file.WrittenAt)
            {
                ends[file] = new FetchResult.Fetched(null, file.Size, IsChanging: false);
            }
            else if (
                file.HasNoReaders
                && file.Size <= FetchReceiver.MaxMemoryBytes
                && here.Exists
                && here.LinkTarget is null
                && here.Length == file.Size
            )
            {
                unsure.Add(file);
            }
            else if (!file.HasHoles && file.Size > FetchReceiver.MaxMemoryBytes && GetPartLength(file) >= FetchReceiver.MaxMemoryBytes)
            {
                if (ResumeFile(folder, file, ends, ref moved, cancel) is { } broken)
                {
                    return new FetchSummary(ends, broken, moved);
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
            if (CompareHashes(folder, unsure, ends, cancel) is { } broken)
            {
                return new FetchSummary(ends, broken, moved);
            }

            open.AddRange(unsure.Where(f => !ends.ContainsKey(f)));
        }

        foreach (var batch in SplitIntoBatches(open))
        {
            var others = new Dictionary<string, Sha256>(StringComparer.Ordinal);
            if (
                (
                    FetchBatch(folder, batch, ends, others, ref moved, cancel)
                    // Files that changed during the transfer are fetched once more.
                    ?? FetchBatch(folder, [.. batch.Where(f => others.ContainsKey(GetRawName(f)))], ends, others, ref moved, cancel)
                ) is
                { } broken
            )
            {
                return new FetchSummary(ends, broken, moved);
            }

            DiagnoseMissing(folder, [.. batch.Where(f => !ends.ContainsKey(f))], ends, cancel);
        }

        return new FetchSummary(ends, null, moved);
    }

    private static IEnumerable<List<FetchedFile>> SplitIntoBatches(List<FetchedFile> files)
    {
        var batch = new List<FetchedFile>();
        long size = 0;
        foreach (var file in files)
        {
            if (batch.Count > 0 && (batch.Count == MaxBatchFiles || size + file.Size > MaxBatchBytes))
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

    private ShellResult.NoAnswer? FetchBatch(
        string folder,
        List<FetchedFile> files,
        Dictionary<FetchedFile, FetchResult> ends,
        Dictionary<string, Sha256> others,
        ref long moved,
        CancellationToken cancel
    )
    {
        if (files.Count == 0)
        {
            return null;
        }

        using var receiver = new FetchReceiver(files.ToDictionary(GetRawName, StringComparer.Ordinal), others);
        var script =
            BuildPreamble(folder)
            + string.Create(
                CultureInfo.InvariantCulture,
                $"command -v tar > /dev/null || {{ echo 'there is no tar' >&2; exit {ExitCodes.NotFound}; }}\n"
            )
            + string.Create(
                CultureInfo.InvariantCulture,
                $"[ -e /dev/fd/0 ] || {{ echo 'there is no /dev/fd' >&2; exit {ExitCodes.NotFound}; }}\n"
            )
            // The names go to tar and to sha256sum at the same time. sha256sum ends when the archive is complete, and its hashes follow the
            // archive.
            + "exec 4>&1\n{ tee /dev/fd/3 | tar -c -f - --format=gnu --sparse --hard-dereference --no-recursion --null -T - >&4 3>&- "
            + "4>&-; } 3>&1 | { h=$("
            + HashCommand
            + " 4>&-); printf '%s\\n' \"$h\"; }\nexit 0";
        var answer = shell.Run(
            new ShellCall(script, ComputeTimeout(files.Sum(f => f.Size)))
            {
                Input = WriteNames(files).WriteTo,
                Output = new TarReader(receiver),
            },
            cancel
        );
        moved += receiver.MovedBytes;
        receiver.CompareHashes();
        TakeResults(receiver, ends, others);
        return answer is ShellResult.Ended { ExitCode: 0 } ? null : ToInterruption(answer);
    }

    // Files that arrived completely before the connection broke, but without their hashes.
    private ShellResult.NoAnswer? CompareHashes(
        string folder,
        List<FetchedFile> files,
        Dictionary<FetchedFile, FetchResult> ends,
        CancellationToken cancel
    )
    {
        using var lines = new MemoryStream();
        var answer = shell.Run(
            new ShellCall($"{BuildPreamble(folder)}{HashCommand}\nexit 0", ComputeTimeout(files.Sum(f => f.Size)))
            {
                Input = WriteNames(files).WriteTo,
                Output = lines,
            },
            cancel
        );
        var hashes = Sha256SumOutput.Parse(lines.GetBuffer().AsSpan(0, (int)lines.Length));
        foreach (var file in files.Where(f => hashes.ContainsKey(GetRawName(f))))
        {
            using var stream = RegularFile.OpenRead(file.TargetPath);
            if (Sha256.ComputeHash(stream) is var content && content == hashes[GetRawName(file)])
            {
                File.SetLastWriteTimeUtc(file.TargetPath, file.WrittenAt);
                ends[file] = new FetchResult.Fetched(content, file.Size, IsChanging: false);
            }
        }

        return answer is ShellResult.Ended { ExitCode: 0 } ? null : ToInterruption(answer);
    }

    private static MemoryStream WriteNames(List<FetchedFile> files)
    {
        var names = new MemoryStream();
        foreach (var file in files)
        {
            names.Write(RawFileName.ToBytes(GetRawName(file)));
            names.WriteByte(0);
        }

        return names;
    }

    // Resumes one large file whose beginning is here.
    private ShellResult.NoAnswer? ResumeFile(
        string folder,
        FetchedFile file,
        Dictionary<FetchedFile, FetchResult> ends,
        ref long moved,
        CancellationToken cancel
    )
    {
        var have = GetPartLength(file);
        using var receiver = new FetchReceiver(new Dictionary<string, FetchedFile>(), new Dictionary<string, Sha256>());
        var name = ShellText.Quote("./" + file.Name);
        ShellResult answer;
        ResumedFileStream came;
        using (
            var part = new DiskErrorStream(new FileStream(file.PartPath, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0))
        )
        {
            came = new ResumedFileStream(part);
            var command = string.Create(
                CultureInfo.InvariantCulture,
                $"sha256sum -- {name} && printf '\\0' && tail -c +{have + 1} -- {name} | head -c {file.Size - have}"
            );
            var call = new ShellCall(BuildPreamble(folder) + command, ComputeTimeout(file.Size)) { Output = came };
            answer = shell.Run(call, cancel);
            moved += GetPartLength(file) - have;
            ThrowIfDiskError(part.DiskError);
        }

        if (answer is ShellResult.NoAnswer broken)
        {
            return broken;
        }

        if (GetPartLength(file) == file.Size)
        {
            receiver.CompareHashes(
                GetRawName(file),
                file,
                Sha256SumOutput.Parse(came.HashLine.GetBuffer().AsSpan(0, (int)came.HashLine.Length))
            );
        }

        TakeResults(receiver, ends, []);
        if (!ends.ContainsKey(file))
        {
            // The remote file has changed: fetch all of it again.
            File.Delete(file.PartPath);
        }

        return null;
    }

    private static void TakeResults(FetchReceiver receiver, Dictionary<FetchedFile, FetchResult> ends, Dictionary<string, Sha256> others)
    {
        ThrowIfDiskError(receiver.DiskError);
        foreach (var (file, end) in receiver.Results)
        {
            ends[file] = end;
        }

        foreach (var (name, hash) in receiver.DifferingHashes)
        {
            others[name] = hash;
        }
    }

    private static void ThrowIfDiskError(IOException? trouble)
    {
        if (trouble is not null)
        {
            throw new IOException(trouble.Message, trouble) { HResult = trouble.HResult };
        }
    }

    // Finds out why files were not sent, from the error messages of cat: those of tar are hard to parse.
    private void DiagnoseMissing(
        string folder,
        List<FetchedFile> files,
        Dictionary<FetchedFile, FetchResult> ends,
        CancellationToken cancel
    )
    {
        if (files.Count == 0)
        {
            return;
        }

        var script = new StringBuilder(BuildPreamble(folder)).Append("why() { printf '%s\\0' \"$(cat -- \"$1\" 2>&1 > /dev/null)\"; }\n");
        var asked = files.Take(MaxDiagnosedFiles).ToList();
        foreach (var file in asked)
        {
            script.Append("why ").Append(ShellText.Quote("./" + file.Name)).Append('\n');
        }

        var answer = shell.Run(new ShellCall(script.ToString(), ComputeTimeout(asked.Sum(f => f.Size))), cancel);
        var words = (answer as ShellResult.Ended)?.Output.Split('\0') ?? [];
        for (var i = 0; i < files.Count; i++)
        {
            var said = i < words.Length ? words[i] : "";
            ends[files[i]] = said.EndsWith("No such file or directory", StringComparison.Ordinal)
                ? new FetchResult.Vanished()
                : new FetchResult.Failed(
                    answer switch
                    {
                        ShellResult.NoAnswer none => none.Reason,
                        _ when said.LastIndexOf(": ", StringComparison.Ordinal) is > 0 and var at => said[(at + 2)..],
                        _ when said.Length > 0 => said,
                        _ when i < asked.Count => "it changes while it is read",
                        _ => "it was not sent, like other files before it",
                    },
                    IsPermanent: said.EndsWith("Permission denied", StringComparison.Ordinal)
                );
        }
    }

    private static ShellResult.NoAnswer ToInterruption(ShellResult answer) =>
        answer as ShellResult.NoAnswer
        ?? new ShellResult.NoAnswer(
            ((ShellResult.Ended)answer).Error.Trim() is { Length: > 0 } words
                ? $"files could not be fetched: {words}"
                : "files could not be fetched",
            WasReached: true
        );

    private static string BuildPreamble(string folder) => $"LC_ALL=C; export LC_ALL; unset TAR_OPTIONS\ncd -- {folder} || exit 1\n";

    private TimeSpan ComputeTimeout(long bytes) => stall + TimeSpan.FromSeconds(bytes / SlowReadBytesPerSecond);

    private static string GetRawName(FetchedFile file) => "./" + RawFileName.Encode(file.Name);

    private static long GetPartLength(FetchedFile file)
    {
        var part = new FileInfo(file.PartPath);
        return part.Exists && part.LinkTarget is null && part.Length <= file.Size ? part.Length : 0;
    }

    /// <summary>Keeps an error of the local disk: the writer cannot distinguish it from a broken connection.</summary>
    private sealed class DiskErrorStream(FileStream target) : WriteOnlyStream
    {
        public IOException? DiskError { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            try
            {
                target.Write(buffer);
            }
            catch (IOException e)
            {
                DiskError = e;
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
