using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Operators.Attempts;

/// <summary>Finds and hashes the outputs of an attempt in its <c>work/</c> folder.</summary>
internal static class OutputCollector
{
    private const int MaxListedProblems = 5;

    /// <summary>Finds and hashes the declared outputs and reads <c>results.json</c>. A file that cannot be read is reported in the returned
    /// end.</summary>
    /// <exception cref="IOException">The disk has an error, see <see cref="DiskErrors"/>.</exception>
    /// <param name="task">The task.</param>
    /// <param name="workFolder">Absolute folder that the command ran in.</param>
    /// <param name="ending">What is already known of the attempt's end.</param>
    /// <param name="fetched">What is known of files that came from another machine; null: they are of this machine.</param>
    /// <param name="carried">Files of earlier attempts that it began with; null: none.</param>
    public static AttemptEnd Collect(
        CampaignTask task,
        string workFolder,
        AttemptEnd ending,
        FetchedFacts? fetched = null,
        CarriedFiles? carried = null
    )
    {
        fetched ??= FetchedFacts.None;
        carried ??= CarriedFiles.None;
        var found = new Dictionary<string, OutputFile>(StringComparer.Ordinal);
        var (missing, problems, warnings) = (new List<string>(), new List<string>(), ending.Warnings.ToList());
        var inside = new InsideFolderCheck(workFolder);
        foreach (var output in task.Outputs.Select(text => new DeclaredOutput(text)))
        {
            var before = problems.Count;
            // A link that leads out is a warning if a pattern or a folder matches it, and a problem if the output names it.
            var any = false;
            var unchanged = new List<string>();
            foreach (var path in FindPaths(inside, output, problems))
            {
                var isKnown = found.ContainsKey(path);
                if (TryAddOutput(inside, path, fetched, found) is not { } why)
                {
                    if (isKnown || carried.HasChanged(path, found[path].Hash))
                    {
                        any = true;
                    }
                    else
                    {
                        unchanged.Add(path);
                    }
                }
                else if (why.Kind == UnreadableOutputKind.LinkLeadsOut && path != output.Text)
                {
                    warnings.Add($"{path} {why}; it is not an output");
                }
                else
                {
                    problems.Add($"output '{path}' {why}");
                }
            }

            foreach (var (path, why) in fetched.UnreadReasons.Where(u => output.MatchesPath(u.Key) || output.MayMatchInside(u.Key)))
            {
                if (why.Kind == UnreadableOutputKind.LinkLeadsOut && path != output.Literal)
                {
                    warnings.Add($"{path} {why}; it is not an output");
                }
                else
                {
                    problems.Add($"output '{path}' {why}");
                }
            }

            // Files of earlier attempts alone are no output: the command may have done nothing. Beside new ones they are the first part of
            // what the attempts have written together.
            if (!any)
            {
                unchanged.ForEach(path => found.Remove(path));
            }

            if (!any && problems.Count == before)
            {
                missing.Add(output.Text);
            }
        }

        var (results, problem) = IsOldResult(inside, carried) ? (null, null) : ReadResults(inside, fetched);
        problems = [.. problems.Distinct(StringComparer.Ordinal), .. problem is null ? [] : new[] { problem }];
        return ending with
        {
            Outputs = [.. found.Values],
            MissingOutputs = missing,
            ResultsJson = results,
            Warnings = warnings,
            CollectionProblem =
                problems.Count == 0
                    ? null
                    : string.Join("; ", problems.Take(MaxListedProblems))
                        + (problems.Count > MaxListedProblems ? $"; and {problems.Count - MaxListedProblems} more" : ""),
        };
    }

    private static bool IsOldResult(InsideFolderCheck inside, CarriedFiles carried)
    {
        try
        {
            return File.Exists(Path.Combine(inside.Folder, AttemptLayout.ResultsFile)) && !carried.HasChanged(AttemptLayout.ResultsFile);
        }
        catch (Exception e) when (IsOutputError(e))
        {
            // The file is read next, and the problem is reported there.
            return false;
        }
    }

    /// <summary>Reads <c>results.json</c>. Returns no JSON if there is none.</summary>
    public static (string? Json, string? Problem) ReadResults(string workFolder) =>
        ReadResults(new InsideFolderCheck(workFolder), FetchedFacts.None);

    private static (string? Json, string? Problem) ReadResults(InsideFolderCheck inside, FetchedFacts fetched)
    {
        if (fetched.UnreadReasons.GetValueOrDefault(AttemptLayout.ResultsFile) is { } unread)
        {
            return (null, $"{AttemptLayout.ResultsFile} {unread}");
        }

        var path = Path.Combine(inside.Folder, AttemptLayout.ResultsFile);
        try
        {
            if (FindLinkProblem(inside, AttemptLayout.ResultsFile) is { } trouble)
            {
                return (null, $"{AttemptLayout.ResultsFile} {trouble}");
            }

            if (!IsPresent(inside, AttemptLayout.ResultsFile))
            {
                return (null, null);
            }

            if (RegularFile.Read(path, OutsideJson.MaxBytes) is not { } bytes)
            {
                return (
                    null,
                    $"{AttemptLayout.ResultsFile} is larger than {OutsideJson.MaxBytes >> 20} MiB; put bulk data into other outputs"
                );
            }

            using var document = OutsideJson.Parse(bytes, JsonRule.Results, out var fault);
            return (document?.RootElement.GetRawText(), fault?.FormatFor(AttemptLayout.ResultsFile));
        }
        catch (Exception e) when (IsOutputError(e))
        {
            return (null, $"{AttemptLayout.ResultsFile} {DescribeReadError(path, e)}");
        }
    }

    // A missing file is not the same as a folder that may not be read.
    private static IReadOnlyList<string> FindPaths(InsideFolderCheck inside, DeclaredOutput output, List<string> problems)
    {
        var workFolder = inside.Folder;
        try
        {
            if (output.IsPattern)
            {
                if (output.Literal.Length > 0 && FindLinkProblem(inside, output.Literal) is { } trouble)
                {
                    problems.Add($"output '{output.Literal}' {trouble}");
                    return [];
                }

                _ = IsPresent(inside, output.Literal);
                return Globs.FindIncludingOutsideLinks(workFolder, output.Text);
            }

            var path = Path.Combine(workFolder, output.Text);
            _ = IsPresent(inside, output.Text);
            return FindLinkProblem(inside, output.Text) is not null
                || FileKind.FindNonFileKind(path) is not (null or FileKind.FolderText)
                || File.Exists(path)
                    ? [output.Text]
                : Directory.Exists(path) ? Globs.FindIncludingOutsideLinks(workFolder, output.Text + "/**/*")
                : AccessDenial.FindReadDenial(path) is { } denied ? throw new UnauthorizedAccessException(denied)
                : [];
        }
        catch (Exception e) when (IsOutputError(e))
        {
            problems.Add($"output '{output.Text}' {UnreadableOutput.CreateNotReadable(e.Message)}");
            return [];
        }
    }

    // Whether a name exists. A shared file system may remember it as missing.
    private static bool IsPresent(InsideFolderCheck inside, string relative)
    {
        var path = Path.Combine(inside.Folder, relative);
        if (Path.Exists(path))
        {
            return true;
        }

        FileKind.ThrowIfUnreachable(path);
        RemoteFileCache.InvalidateNames(inside.Folder, relative);
        return Path.Exists(path);
    }

    private static UnreadableOutput? TryAddOutput(
        InsideFolderCheck inside,
        string path,
        FetchedFacts fetched,
        Dictionary<string, OutputFile> found
    )
    {
        var file = Path.Combine(inside.Folder, path);
        try
        {
            if (FindLinkProblem(inside, path) is { } trouble)
            {
                return trouble;
            }

            if (fetched.Hashes.TryGetValue(path, out var hash))
            {
                found[path] = new OutputFile(path, hash, new FileInfo(file).Length);
                return null;
            }

            found[path] = DiskErrors.RetryIfStale(() =>
            {
                using var stream = RegularFile.OpenRead(file);
                RemoteFileCache.InvalidateIfShared(stream.SafeFileHandle, inside.Folder);
                return new OutputFile(path, Sha256.ComputeHash(stream), stream.Length);
            });
            return null;
        }
        catch (Exception e) when (IsOutputError(e))
        {
            return DescribeReadError(file, e);
        }
    }

    private static UnreadableOutput DescribeReadError(string file, Exception e) =>
        FileKind.FindNonFileKind(file) is { } kind
            ? UnreadableOutput.CreateNotRegular(kind)
            : UnreadableOutput.CreateNotReadable(e.Message);

    // Problem of a link, or of a link on the path to a file; null if there is none.
    private static UnreadableOutput? FindLinkProblem(InsideFolderCheck inside, string path)
    {
        var file = Path.Combine(inside.Folder, path);
        try
        {
            return !inside.StaysInside(path, out var isLink) ? UnreadableOutput.LinkLeadsOut
                : isLink && !Path.Exists(File.ResolveLinkTarget(file, returnFinalTarget: true)!.FullName) ? UnreadableOutput.BrokenLink
                : null;
        }
        catch (IOException e) when (!DiskErrors.IsDiskError(e))
        {
            return UnreadableOutput.CircularLink;
        }
    }

    // A disk error says nothing about the outputs: they are read again later.
    private static bool IsOutputError(Exception e) => !DiskErrors.IsDiskError(e) && DiskErrors.IsAccessOrPathError(e);
}
