using System.Globalization;
using System.Security.Cryptography;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Hpc.Staging;

/// <summary>
/// Executes a staging plan: queries what has arrived, sends what is missing, and creates the attempts' folders. Two calls for any number of
/// small files, one for each large file.
/// </summary>
internal sealed class StagingTransfer(IShell shell, string place, string run, RemoteRunState there, TimeSpan stall)
{
    // Time that a slow file system may need per file and per byte without any output.
    private static readonly TimeSpan TimePerFile = TimeSpan.FromMilliseconds(20);
    private const double BytesPerSecond = 5e6;

    private string[] _abandonedStreams = [];

    /// <returns>Null if everything is in place; otherwise why not.</returns>
    /// <exception cref="ChangedSourceException">A file on this machine differs from its recorded hash.</exception>
    public StagingFailure? SendBatch(
        IReadOnlyList<AttemptRequest> requests,
        Func<AttemptRequest, IReadOnlyList<StagedFile>> files,
        CancellationToken cancel
    )
    {
        // Query each time: files may have been purged.
        if (QueryState(cancel) is { } silent)
        {
            return silent;
        }

        var program = there.Program is { } needed && there.ProgramFileCount < needed.Count ? needed : [];
        var plan = there.UnfinishedTransfer?.Plan
            ?? StagingPlan.Create(
                [.. requests.Select(o => o.RelativeFolder)],
                [.. requests.SelectMany(files), .. program],
                there.KeptInputs,
                there.SentHashes
            );
        there.UnfinishedTransfer = (requests, plan);
        string[] streams = [.. plan.SeparateFiles.Select(f => f.Name), .. plan.Archives.Select(a => a.Id.Hex)];
        _abandonedStreams = [.. there.StartedStreams.Except(streams)];
        there.StartedStreams.UnionWith(streams);
        if ((SendFiles(plan, cancel) ?? SendArchives(plan, cancel)) is { } failure)
        {
            // Only a broken connection is continued; another failure may be caused by the files that are already there.
            there.UnfinishedTransfer = failure.Kind is StagingFailureKind.ConnectionBroken or StagingFailureKind.Unreachable
                ? there.UnfinishedTransfer
                : null;
            return failure;
        }

        there.UnfinishedTransfer = null;
        there.StartedStreams.Clear();
        there.SentHashes.UnionWith(plan.DirectFiles.Where(f => f.Length >= StagingPlan.MinSavedBytes).Select(f => f.Content));
        return null;
    }

    private StagingFailure? QueryState(CancellationToken cancel)
    {
        var answer = shell.Run(new ShellCall(StagingScript.BuildStateQuery(run), stall), cancel);
        if (answer is not ShellResult.Ended { ExitCode: 0 } ended)
        {
            return ExplainFailure(answer, null);
        }

        there.KeptInputs.Clear();
        there.ReceivedBytes.Clear();
        there.ProgramFileCount = 0;
        foreach (var words in ended.Output.Split('\n').Select(line => line.Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            switch (words)
            {
                case ["kept", var name]:
                    there.KeptInputs.Add(name);
                    break;
                case ["program", var count]:
                    there.ProgramFileCount = int.Parse(count, NumberStyles.None, CultureInfo.InvariantCulture);
                    break;
                case ["part", var name, var size] when name.EndsWith(StagingScript.PartSuffix, StringComparison.Ordinal):
                    there.ReceivedBytes[name[..^StagingScript.PartSuffix.Length]] = long.Parse(
                        size,
                        NumberStyles.None,
                        CultureInfo.InvariantCulture
                    );
                    break;
                default:
                    break;
            }
        }

        return null;
    }

    private StagingFailure? SendFiles(StagingPlan plan, CancellationToken cancel)
    {
        foreach (var file in plan.SeparateFiles.Where(f => !there.KeptInputs.Contains(f.Name)))
        {
            var known = there.ReceivedBytes.GetValueOrDefault(file.Name);
            var offset = known > file.File.Length ? 0 : known;
            var script = StagingScript
                .BuildReceiveScript(run, file.Name, offset, file.File.Length)
                .Append(StagingScript.BuildStoreCommands(file))
                .Append("exit 0\n")
                .ToString();
            var answer = RunScript(script, stream => CopyFile(file.File, stream, offset), GetTimeLimit(0, file.File.Length), cancel);
            if (answer is ShellResult.Ended { ExitCode: StagingScript.ChangedExitCode } && !IsUnchanged(file.File))
            {
                throw ChangedSourceException.ForChanged(file.File);
            }

            if (answer is not ShellResult.Ended { ExitCode: 0 })
            {
                return ExplainFailure(answer, file.File.Length - offset);
            }

            there.KeptInputs.Add(file.Name);
        }

        return null;
    }

    private StagingFailure? SendArchives(StagingPlan plan, CancellationToken cancel)
    {
        for (var i = 0; i < plan.Archives.Count; i++)
        {
            var (archive, last) = (plan.Archives[i], i == plan.Archives.Count - 1);
            var known = there.ReceivedBytes.GetValueOrDefault(archive.Id.Hex);
            var isThere = known == archive.TotalLength;
            if (isThere && !last)
            {
                continue;
            }

            var offset = known > archive.TotalLength ? 0 : known;
            var comes = known == 0 && plan.Archives.Count == 1;
            var script =
                isThere || comes
                    ? StagingScript.BuildEntryScript(run)
                    : StagingScript.BuildReceiveScript(run, archive.Id.Hex, offset, archive.TotalLength);
            script.Append(
                last
                    ? StagingScript.BuildPlacement(
                        plan.Archives,
                        comes,
                        _abandonedStreams,
                        RandomNumberGenerator.GetHexString(12, lowercase: true)
                    )
                    : "exit 0\n"
            );
            var answer = RunScript(
                script.ToString(),
                isThere ? null : stream => archive.Write(stream, offset),
                last ? GetTimeLimit(plan.FileCount, plan.TotalBytes) : stall,
                cancel
            );
            if (answer is not ShellResult.Ended { ExitCode: 0 })
            {
                return ExplainFailure(answer, plan.TotalBytes);
            }
        }

        return null;
    }

    // An error of a file on this machine is thrown as such, not reported as a broken connection.
    private ShellResult RunScript(string script, Action<Stream>? input, TimeSpan limit, CancellationToken cancel)
    {
        Exception? wrong = null;
        var answer = shell.Run(
            new ShellCall(script, limit)
            {
                Input = input is null
                    ? null
                    : stream =>
                    {
                        try
                        {
                            input(stream);
                        }
                        catch (Exception e) when (e is ChangedSourceException || DiskErrors.IsDiskError(e))
                        {
                            wrong = e;
                            throw;
                        }
                    },
            },
            cancel
        );
        return wrong is null ? answer : throw wrong;
    }

    private TimeSpan GetTimeLimit(int files, long bytes) => stall + (TimePerFile * files) + TimeSpan.FromSeconds(bytes / BytesPerSecond);

    private StagingFailure ExplainFailure(ShellResult answer, long? needed) =>
        answer switch
        {
            ShellResult.NoAnswer none => new(
                none.Reason,
                none.WasReached ? StagingFailureKind.ConnectionBroken : StagingFailureKind.Unreachable
            ),
            ShellResult.Ended { ExitCode: StagingScript.IncompleteExitCode } => new(
                "the connection broke while files were sent",
                StagingFailureKind.ConnectionBroken
            ),
            ShellResult.Ended { ExitCode: StagingScript.ChangedExitCode } => new(
                "the sent files arrived with different content",
                StagingFailureKind.ConnectionBroken
            ),
            ShellResult.Ended ended => RemoteWriteErrors.Classify(ended, place, needed),
            _ => throw new InvalidOperationException("No rule for this answer"),
        };

    private static void CopyFile(UploadFile file, Stream to, long from)
    {
        using var stream = OpenSource(file);
        if (stream.Length != file.Length)
        {
            throw ChangedSourceException.ForChanged(file);
        }

        stream.Position = from;
        stream.CopyTo(to);
    }

    private static bool IsUnchanged(UploadFile file)
    {
        using var stream = OpenSource(file);
        return Sha256.ComputeHash(stream) == file.Content;
    }

    private static FileStream OpenSource(UploadFile file)
    {
        try
        {
            return RegularFile.OpenRead(file.Source);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw ChangedSourceException.ForMissing(file);
        }
    }
}
