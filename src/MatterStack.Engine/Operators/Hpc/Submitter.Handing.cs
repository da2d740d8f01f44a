using System.Globalization;
using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Hpc.Staging;
using MatterStack.Engine.Operators.Scripts;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Transports.Shell;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Operators.Hpc;

/// <content>Preparation, naming and submission of a batch.</content>
internal sealed partial class Submitter
{
    // Longer than a slow controller needs to answer; doubled after each timeout.
    private static readonly Backoff TimeLimits = new(TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(600));

    // Returns why jobs that are neither ready nor over wait, or null if there are none. A job that was prepared before and refused is
    // ready.
    private StagingFailure? PrepareBatch(List<ClusterJob> group, out List<ClusterJob> ready, CancellationToken cancel)
    {
        foreach (var job in group)
        {
            job.IsPrepared &= Directory.Exists(job.Request.WorkFolder);
        }

        foreach (var job in group.Where(j => !j.IsPrepared))
        {
            if (!job.IsRecorded && File.Exists(Path.Combine(job.Request.Folder, JobScript.FileName)))
            {
                // Jobs that may have been submitted were searched for at the start of the tick; the store does not know this one.
                job.ReportFact(
                    new Observation.Blocked(
                        job.Request.Attempt,
                        clock.GetUtcNow(),
                        Problem.Create(
                            OperatorCodes.AlreadyStarted,
                            $"Attempt {job.Request.Index} of task '{job.Request.TaskId}' was started before, "
                                + $"by an attempt that state.sqlite does not know",
                            new SourcePosition(job.Request.Folder)
                        )
                    )
                );
                continue;
            }

            GuardJob(job, () => job.Staging.PrepareAttempt(job.Request));
        }

        var prepared = group.Where(j => j is { IsOver: false, IsPrepared: false }).ToList();
        var jobs = prepared.ToDictionary<ClusterJob, AttemptRequest>(j => j.Request, ReferenceEqualityComparer.Instance);
        StagingResult? sending = null;
        if (prepared.Count > 0)
        {
            GuardJobs(prepared, () => sending = prepared[0].Staging.SendAttempts([.. prepared.Select(j => j.Request)], cancel));
        }

        foreach (var (request, why) in sending?.Failed ?? [])
        {
            ReportNotStarted([jobs[request]], why);
        }

        foreach (var request in sending?.Ready ?? [])
        {
            jobs[request].IsPrepared = true;
        }

        ready = [.. group.Where(j => j is { IsOver: false, IsPrepared: true }).Take(group[0].Site.Scheduler.MaxArraySize)];
        if (ready.Count > 0)
        {
            AssignNames(ready);
            ready.RemoveAll(j => j.IsOver);
        }

        return sending?.Obstacle;
    }

    private void AssignNames(List<ClusterJob> jobs)
    {
        var name = SubmissionName.Create(jobs[0].Request.Attempt);
        for (var i = 0; i < jobs.Count; i++)
        {
            var job = jobs[i];
            job.AssignName(name, jobs.Count == 1 ? null : i + job.Site.Scheduler.FirstIndex);
            GuardJob(job, () =>
                files.WriteFile(
                    job.Request,
                    JobScript.FileName,
                    JobScript.BuildScript(job.Request, job.Site, job.Resources, name, job.Index, job.Staging.PlanCarry(job.Request))
                )
            );
        }
    }

    // Reports the result of each job, except for temporary refusals.
    private SubmitResult SubmitBatch(List<ClusterJob> jobs, bool lookFirst, TimeSpan now, CancellationToken cancel)
    {
        _recentSubmissions.Enqueue(now);
        var site = jobs[0].Site;
        var bound = GetTimeLimit(jobs);
        foreach (var job in jobs)
        {
            job.LastTriedAt = now;
        }

        string script;
        try
        {
            script = BuildScript(jobs, lookFirst, bound);
        }
        catch (ProblemException e)
        {
            // A secret cannot be resolved.
            ReportNotStarted(jobs, $"{e.Problems[0].Code}: {e.Problems[0].Message}");
            return new SubmitResult.Refused(e.Problems[0].Message, RefusalKind.Final);
        }

        var answer = shell.Run(new ShellCall(script, bound + SubmitScript.Overhead), cancel);
        var read = answer switch
        {
            // Nothing was submitted: the script exits before that.
            ShellResult.Ended { ExitCode: ExitCodes.NotWritten } ended => HandleMissingFolder(jobs, ended),
            ShellResult.Ended ended => SubmitScript.ParseResult(site.Scheduler, ended),
            ShellResult.NoAnswer none => new SubmitResult.Unclear(none.Reason),
            _ => throw new InvalidOperationException("No rule for this answer"),
        };
        var at = clock.GetUtcNow();
        switch (read)
        {
            case SubmitResult.Accepted accepted:
                foreach (var job in jobs)
                {
                    job.AssignId(job.Index is { } index ? site.Scheduler.FormatMemberId(accepted.JobId, index) : accepted.JobId);
                    job.ReportWaiting(at, "submitted");
                }

                break;
            case SubmitResult.Refused { Kind: RefusalKind.Final or RefusalKind.Ambiguous } excluding
                when jobs[0].Resources.ExcludedNodes.Length > 0:
                // No node may be left, or one of them is not known any more.
                ClearNames(jobs);
                return excluding with { Kind = RefusalKind.WithExclusion };
            case SubmitResult.Refused { Kind: RefusalKind.Final or RefusalKind.ArrayTooLarge } refused
                when refused.Kind == RefusalKind.Final || jobs.Count == 1:
                ReportNotStarted(
                    jobs,
                    $"{OperatorCodes.SubmissionRefused}: {site.Scheduler.Type} on {shell.Name} refuses it: {refused.Reason}"
                );
                return refused with { Kind = RefusalKind.Final };
            case SubmitResult.Refused:
                ClearNames(jobs);
                break;
            case SubmitResult.Unclear unclear:
                foreach (var job in jobs)
                {
                    job.UnansweredCount++;
                    job.LastMessage = unclear.Reason;
                    job.AnswerDeadline = answer is ShellResult.NoAnswer ? now + bound + SubmitScript.Overhead : now;
                    if (unclear.IsAmbiguous)
                    {
                        job.RecordDoubt(at);
                    }

                    job.ReportWaiting(
                        at,
                        $"it is not known yet whether the scheduler accepted it ({unclear.Reason}); it is searched for by name"
                    );
                }

                break;
            default:
                throw new InvalidOperationException("No rule for this answer");
        }

        return read;
    }

    // The staged files may have been removed; then the job is prepared again.
    private static SubmitResult.Refused HandleMissingFolder(List<ClusterJob> jobs, ShellResult.Ended ended)
    {
        var isGone = RemoteWriteErrors.IsFolderMissing(ended);
        foreach (var job in jobs)
        {
            job.IsPrepared &= !isGone;
        }

        return RemoteWriteErrors.Classify(ended, jobs[0].Staging.Name, null) is { Kind: StagingFailureKind.Temporary } waits
            ? new SubmitResult.Refused(
                isGone ? $"its folder on {jobs[0].Staging.Name} is gone and is created again" : waits.Reason,
                RefusalKind.Temporary
            )
            : new SubmitResult.Refused(ended.Error.Trim(), RefusalKind.Final);
    }

    private static TimeSpan GetTimeLimit(IReadOnlyList<ClusterJob> jobs) => TimeLimits.GetPause(jobs.Max(j => j.UnansweredCount));

    // The scheduler refused, so the next command need not search for these jobs.
    private void ClearNames(IEnumerable<ClusterJob> jobs)
    {
        foreach (var job in jobs)
        {
            try
            {
                if (!Directory.Exists(job.Request.Folder))
                {
                    // Without a script there is no name to search for.
                }
                else if (job.IsRecorded)
                {
                    // Keep a name of its own: other jobs may be submitted under the old name, and after a crash their job must not be taken
                    // for this one.
                    AssignNames([job]);
                }
                else
                {
                    files.DeleteFile(job.Request, JobScript.FileName);
                }
            }
            catch (Exception e) when (DiskErrors.IsAccessError(e))
            {
                // Then the next command after a crash searches for a job that does not exist.
            }

            job.ClearName();
        }
    }

    private static string BuildScript(List<ClusterJob> jobs, bool lookFirst, TimeSpan bound)
    {
        var site = jobs[0].Site;
        var scheduler = site.Scheduler;
        // The codes of all jobs of an array have the same secrets.
        var command = site.BuildCommands(jobs[0].Request.Task, jobs[0].Resources.Shape).All;
        var secrets = CodeScript
            .JoinVariables(site.Env, command)
            .Where(e => SecretReference.IsIn(e.Value))
            .Select(e => KeyValuePair.Create(e.Key, site.ResolveSecrets(e.Value)))
            .ToList();
        var name = jobs[0].Name!;
        var text = new StringBuilder(
            jobs[0]
                .Staging.BuildScriptCommands([
                    .. jobs.Select(j => (j.Request, JobScript.ReadStored(Path.Combine(j.Request.Folder, JobScript.FileName))!.Text)),
                ])
        )
            // 'LC_ALL=C' applies only to 'cd': its messages are parsed, and the job gets the locale that is set.
            .Append("LC_ALL=C cd -- ")
            .Append(jobs[0].Staging.QuoteFolder(jobs[0].Request))
            .Append(CultureInfo.InvariantCulture, $" || exit {ExitCodes.NotWritten}\n");
        if (jobs[0].Index is null)
        {
            return text.Append(SubmitScript.BuildScript(scheduler, new Submission(name, null, null, lookFirst, secrets, bound))).ToString();
        }

        var array = new StringBuilder("#!/bin/sh\n");
        foreach (var directive in scheduler.FormatDirectives(name, jobs[0].Resources, single: false))
        {
            array.Append(directive).Append('\n');
        }

        array.Append("case $").Append(scheduler.IndexVariable).Append(" in\n");
        foreach (var job in jobs)
        {
            array.Append(CultureInfo.InvariantCulture, $"{job.Index}) cd -- {FormatMemberFolder(job, jobs[0], scheduler)} ;;\n");
        }

        array
            .Append(CultureInfo.InvariantCulture, $"*) exit {ExitCodes.NotExecutable} ;;\nesac || exit {ExitCodes.NotExecutable}\n")
            .Append(scheduler.BuildMemberStart(name))
            .Append("exec /bin/sh ./")
            .Append(JobScript.FileName)
            .Append(CultureInfo.InvariantCulture, $" > {AttemptLayout.StdoutFile} 2> {AttemptLayout.StderrFile}");
        return text.Append(
                SubmitScript.BuildScript(
                    scheduler,
                    new Submission(name, [.. jobs.Select(j => j.Index!.Value)], array.ToString(), lookFirst, secrets, bound)
                )
            )
            .ToString();
    }

    // The path relative to the first member's folder, which may be gone by then. A node may have another home folder than the log-in node,
    // so a path that begins there comes last.
    private static string FormatMemberFolder(ClusterJob job, ClusterJob first, IScheduler scheduler)
    {
        var folder = job.Staging.QuoteFolder(job.Request);
        return Path.GetDirectoryName(job.Request.RelativeFolder) == Path.GetDirectoryName(first.Request.RelativeFolder)
            ? $"\"${{{scheduler.SubmitFolderVariable}%/*}}\"/{ShellText.Quote(Path.GetFileName(job.Request.RelativeFolder))} 2>/dev/null "
                + $"|| cd -- {folder}"
            : folder;
    }

    // Temporary trouble makes a job wait, so this one is not accepted later either.
    private void ReportNotStarted(IEnumerable<ClusterJob> jobs, string why)
    {
        foreach (var job in jobs)
        {
            job.ReportFact(new Observation.NotStarted(job.Request.Attempt, clock.GetUtcNow(), why) { IsPermanent = true });
        }
    }

    private void GuardJob(ClusterJob job, Action action) => GuardJobs([job], action);

    private void GuardJobs(IReadOnlyList<ClusterJob> jobs, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (DiskErrors.IsAccessOrPathError(e))
        {
            foreach (var job in jobs)
            {
                job.ReportFact(
                    DiskErrors.IsDiskError(e)
                        ? job.Request.CreateBlocked(e, clock.GetUtcNow())
                        : new Observation.NotStarted(job.Request.Attempt, clock.GetUtcNow(), $"{OperatorCodes.StagingFailed}: {e.Message}")
                        {
                            IsPermanent = true,
                        }
                );
            }
        }
    }
}
