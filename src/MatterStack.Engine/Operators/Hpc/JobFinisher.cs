using System.Globalization;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;
using MatterStack.Engine.Operators.Attempts;
using MatterStack.Engine.Operators.Hpc.Staging;
using MatterStack.Engine.Operators.Scripts;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>
/// Fetches the files of ended jobs and reports their ends. A failure of one job does not affect the others, and is not retried forever.
/// </summary>
/// <remarks>
/// A machine that does not answer is waited for. If it answers but cannot deliver the declared outputs, the attempt fails after a limited
/// time, with the machine's message.
/// </remarks>
/// <param name="files">The files of attempts.</param>
internal sealed class JobFinisher(AttemptFiles files)
{
    private readonly FullDiskCheck _fullDiskCheck = new();
    private readonly Dictionary<AttemptRequest, LeftFiles> _leftFiles = new(ReferenceEqualityComparer.Instance);
    private CancellationToken _cancel;

    private const int MaxNamedOutputs = 5;
    private static readonly Backoff Retries = new(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(5));

    // Permissions rarely change by themselves; a file system that is unmounted or reports errors may recover.
    internal static readonly TimeSpan MaxDenialTime = TimeSpan.FromSeconds(30);
    internal static readonly TimeSpan MaxTroubleTime = TimeSpan.FromMinutes(10);

    public void FinishJobs(IReadOnlyList<ClusterJob> jobs, DateTimeOffset at, TimeSpan now, CancellationToken cancel)
    {
        _cancel = cancel;
        foreach (var place in jobs.Where(j => IsDue(j, now)).GroupBy(j => j.Staging).ToList())
        {
            // A job that failed before may block others: fetch it on its own.
            var suspects = place.Where(IsSuspect).ToList();
            FinishJobs(place.Key, [.. place.Except(suspects)], at, now, cancel);
            foreach (var suspect in suspects)
            {
                FinishJobs(place.Key, [suspect], at, now, cancel);
            }
        }
    }

    /// <summary>Time until the next collection is due; infinite if nothing is left to collect.</summary>
    public static TimeSpan GetTimeUntilDue(IReadOnlyList<ClusterJob> jobs, TimeSpan now)
    {
        var due = Timeout.InfiniteTimeSpan;
        foreach (var job in jobs.Where(j => j is { End: not null, IsOver: false }))
        {
            var left = job.NextQuery.At > now ? job.NextQuery.At - now : TimeSpan.Zero;
            due = due == Timeout.InfiniteTimeSpan || left < due ? left : due;
        }

        return due;
    }

    private static bool IsDue(ClusterJob job, TimeSpan now) =>
        job is { End: not null, IsOver: false } && (now >= job.NextQuery.At || job.CancelReason is not null);

    private static bool IsSuspect(ClusterJob job) => job.Retries is { LastAnswerAt: not null };

    private void FinishJobs(IJobStaging place, List<ClusterJob> jobs, DateTimeOffset at, TimeSpan now, CancellationToken cancel)
    {
        if (jobs.Count == 0 || cancel.IsCancellationRequested)
        {
            return;
        }

        IReadOnlyDictionary<AttemptRequest, DownloadResult> brought;
        try
        {
            var failed = jobs.Where(static j => j.End is not JobState.Completed).Select(static j => j.Request).ToList();
            brought = place.DownloadOutputs(
                [.. jobs.Select(j => j.Request)],
                failed.ToHashSet<AttemptRequest>(ReferenceEqualityComparer.Instance),
                cancel
            );
            FindLeftFiles(place, [.. failed.Where(request => brought.GetValueOrDefault(request) is DownloadResult.Fetched)], cancel);
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            foreach (var job in jobs)
            {
                job.ReportFact(job.Request.CreateBlocked(e, at));
            }

            return;
        }
        catch (Exception e)
        {
            // The job that causes the error must not stop the others: collect each on its own.
            foreach (var job in jobs)
            {
                if (jobs.Count == 1)
                {
                    job.ReportFault(at, e);
                }
                else
                {
                    FinishJobs(place, [job], at, now, cancel);
                }
            }

            return;
        }

        foreach (var job in jobs.Where(j => brought.ContainsKey(j.Request)))
        {
            if (!cancel.IsCancellationRequested || brought[job.Request] is not DownloadResult.Incomplete)
            {
                job.RunGuarded(at, () => HandleDownload(job, brought[job.Request], at, now));
            }
        }
    }

    // One call for all attempts that certainly failed.
    private void FindLeftFiles(IJobStaging place, IReadOnlyList<AttemptRequest> failed, CancellationToken cancel)
    {
        _leftFiles.Clear();
        failed = [.. failed.Where(static request => request.Task.Carry.Count > 0)];
        if (failed.Count > 0 && !cancel.IsCancellationRequested)
        {
            foreach (var (request, left) in place.FindLeftFiles(failed, cancel))
            {
                _leftFiles[request] = left;
            }
        }
    }

    // Adds what a failed attempt leaves for the next one. Returns null if the cluster has to be asked again.
    private AttemptEnd? AddLeftFiles(ClusterJob job, AttemptEnd ending, DateTimeOffset at, TimeSpan now)
    {
        if (job.Request.Task.Carry.Count == 0 || AttemptOutcomes.Classify(ending).Outcome == AttemptOutcome.Completed)
        {
            return ending;
        }

        var left = _leftFiles.GetValueOrDefault(job.Request) ?? job.Staging.FindLeftFiles([job.Request], _cancel)[job.Request];
        if (left.IsUnanswered && TryPostpone(job, answered: false, moved: false, MaxTroubleTime, at, now))
        {
            job.ReportNote(at, $"has ended; {left.Problem}; it is tried again{FormatCancelHint(job)}");
            return null;
        }

        return ending with
        {
            LeftFiles = left.Files,
            Warnings = left.Problem is { } why ? [.. ending.Warnings, why] : ending.Warnings,
        };
    }

    // The job writes the list of the files while it copies them, and copies keep their times: the time of the list separates them from
    // files that the command writes, on one clock.
    private static CarriedFiles GetCarriedFiles(AttemptRequest request)
    {
        var carried = ScriptDecisions.GetCarried(request);
        var list = Path.Combine(request.Folder, AttemptLayout.CarriedFile);
        return carried.Count == 0
            ? CarriedFiles.None
            : new CarriedFiles(carried, request.WorkFolder, File.Exists(list) ? File.GetLastWriteTimeUtc(list) : null);
    }

    private void HandleDownload(ClusterJob job, DownloadResult brought, DateTimeOffset at, TimeSpan now)
    {
        switch (brought)
        {
            case DownloadResult.FolderGone gone:
                FinishJob(
                    job,
                    at,
                    now,
                    DownloadResult.Fetched.NothingToReport,
                    $"its folder {gone.Folder} is gone (purged?), and its outputs with it",
                    fails: true
                );
                break;
            case DownloadResult.Incomplete later:
                if (TryPostpone(job, later.HostAnswered, later.HasProgress, MaxTroubleTime, at, now))
                {
                    job.ReportNote(
                        at,
                        $"has ended; its files cannot be fetched yet ({later.Reason}); it is tried again{FormatCancelHint(job)}"
                    );
                }
                else
                {
                    FinishJob(
                        job,
                        at,
                        now,
                        DownloadResult.Fetched.NothingToReport,
                        $"its files could not be fetched: {later.Reason}",
                        fails: job.Request.Task.Outputs.Count > 0
                    );
                }

                break;
            case DownloadResult.Fetched { CanRetry: true } here when job.End is JobState.Completed:
                if (TryPostpone(job, answered: true, moved: false, here.IsPermissionDenied ? MaxDenialTime : MaxTroubleTime, at, now))
                {
                    job.ReportNote(at, $"has ended; {FormatUnread(here.UnreadOutputs)[0]}; it is tried again{FormatCancelHint(job)}");
                }
                else
                {
                    FinishJob(job, at, now, here, FormatUnread(here.UnreadOutputs)[0], fails: true);
                }

                break;
            case DownloadResult.Fetched here:
                FinishJob(job, at, now, here, null, fails: false);
                break;
            default:
                throw new InvalidOperationException("No rule for what came back");
        }
    }

    private static string FormatCancelHint(ClusterJob job) =>
        $" (-t:CancelAttempt -p:AttemptId={job.Request.Attempt} ends it without them)";

    private bool TryPostpone(ClusterJob job, bool answered, bool moved, TimeSpan most, DateTimeOffset at, TimeSpan now)
    {
        if (job.CancelReason is not null)
        {
            return false;
        }

        job.Retries = (job.Retries ?? CollectionRetries.ReadState(job.Request)).CountFailure(at, answered, moved);
        if (answered && job.Retries.AnsweredTime >= most)
        {
            return false;
        }

        job.Retries.WriteState(job.Request, files);
        var pause = Retries.GetNext(moved ? TimeSpan.Zero : job.NextQuery.Pause);
        job.NextQuery = (now + pause, pause);
        return true;
    }

    /// <param name="job">The job.</param>
    /// <param name="at">Current time, UTC.</param>
    /// <param name="now">Current time of the connection's clock.</param>
    /// <param name="here">The fetched files.</param>
    /// <param name="lost">Description of missing files; null if nothing required is missing.</param>
    /// <param name="fails">Whether a successful attempt fails because of the missing files.</param>
    private void FinishJob(ClusterJob job, DateTimeOffset at, TimeSpan now, DownloadResult.Fetched here, string? lost, bool fails)
    {
        var ending = JobEndMapping.ToAttemptEnd(job);
        if (lost is not null && job is { End: JobState.Completed, CancelReason: { } reason })
        {
            ending = ending with
            {
                IsCancelled = true,
                Cause = EndCause.Cancelled,
                EndedBy = $"{reason}; its job had ended by itself, and {lost}",
            };
        }

        ending = CodeVersionsFile.AddVersions(ending, job.Request, job.Site.Codes) with
        {
            Warnings = here.Warnings,
            Node = job.Node,
            Usage = UsageMerge.CreateAtEnd(job),
        };
        ending = ScriptDecisions.AddDecisions(ending, job.Request);
        var carried = GetCarriedFiles(job.Request);
        var wentWell = ending is { ExitCode: 0, EndedBy: null };
        try
        {
            ending = wentWell ? ending : AttemptFiles.AddVerdict(job.Request, job.Request.WorkFolder, ending, carried);
            ending = (wentWell, lost) switch
            {
                // With the declared outputs that arrived and those that did not.
                (true, null) => AttemptFiles.CollectOutputs(
                    job.Request,
                    ending,
                    [],
                    new FetchedFacts(here.UnreadOutputs, here.Hashes),
                    carried
                ),
                (true, _) when here.UnreadOutputs.Count > 0 => AttemptFiles.CollectOutputs(
                    job.Request,
                    ending,
                    [],
                    new FetchedFacts(here.UnreadOutputs, here.Hashes),
                    carried
                ),
                (true, _) when fails => ending with { CollectionProblem = lost },
                _ => ending with
                {
                    Warnings =
                    [
                        .. ending.Warnings,
                        .. lost is null ? FormatUnread(here.UnreadOutputs)
                        : ending.IsCancelled && job.End is JobState.Completed ? []
                        : [lost],
                    ],
                },
            };
            if (
                wentWell
                && lost is null
                && LateFileCheck.CanBeLate(job, ending)
                && TryPostpone(job, answered: true, moved: false, job.Site.GetLatency(job.Request), at, now)
            )
            {
                job.ReportNote(
                    at,
                    $"has ended; {LateFileCheck.DescribeMissingFile(job, ending)}, and may be seen later than it was written; "
                        + $"it is looked for again{FormatCancelHint(job)}"
                );
                return;
            }

            ending = _fullDiskCheck.ExplainFailure(job, ending, ExitCodeFile.ReadExitCode(job.Request), now, _cancel);
            if (AddLeftFiles(job, ending, at, now) is not { } whole)
            {
                return;
            }

            if (job.End is JobState.Cancelled)
            {
                job.ReportRemoved(at, whole);
            }
            else
            {
                job.ReportFact(new Observation.Exited(job.Request.Attempt, at, whole));
            }

            CollectionRetries.DeleteState(job.Request, files);
        }
        catch (IOException e) when (DiskErrors.IsDiskError(e))
        {
            if (job.Staging is not SharedFileSystemStaging || !DiskErrors.IsReadError(e))
            {
                job.ReportFact(job.Request.CreateBlocked(e, at));
            }
            else if (TryPostpone(job, answered: true, moved: false, MaxTroubleTime, at, now))
            {
                job.ReportNote(at, $"has ended; its outputs cannot be read ({e.Message}); it is tried again{FormatCancelHint(job)}");
            }
            else
            {
                job.ReportFact(
                    new Observation.Exited(
                        job.Request.Attempt,
                        at,
                        job.CancelReason is { } why
                            ? ending with
                            {
                                IsCancelled = true,
                                Cause = EndCause.Cancelled,
                                EndedBy = $"{why}; its job had ended by itself, and its outputs could not be read: {e.Message}",
                            }
                            : ending with
                            {
                                CollectionProblem = $"its outputs could not be read: {e.Message}",
                            }
                    )
                );
            }
        }
    }

    private static List<string> FormatUnread(IReadOnlyDictionary<string, UnreadableOutput> unread) =>
        unread.Count == 0
            ? []
            :
            [
                string.Join("; ", unread.Take(MaxNamedOutputs).Select(u => $"output '{u.Key}' {u.Value}"))
                    + (
                        unread.Count > MaxNamedOutputs
                            ? string.Create(CultureInfo.InvariantCulture, $"; and {unread.Count - MaxNamedOutputs} more")
                            : ""
                    ),
            ];
}
