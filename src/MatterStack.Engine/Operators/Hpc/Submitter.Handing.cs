using System.Globalization;
using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Transports;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Operators.Hpc;

/// <content>Preparation, naming and submission of a batch.</content>
internal sealed partial class Submitter
{
    // Longer than a slow controller needs to answer; doubled after each timeout.
    private static readonly TimeSpan FirstBound = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan LongestBound = TimeSpan.FromSeconds(600);

    // Returns why jobs that are neither ready nor over wait, or null if there are none. A job that was prepared before and refused is
    // ready.
    private NotSent? Prepare(List<ClusterJob> group, out List<ClusterJob> ready, CancellationToken cancel)
    {
        foreach (var job in group)
        {
            job.IsPrepared &= Directory.Exists(job.Order.WorkFolder);
        }

        foreach (var job in group.Where(j => !j.IsPrepared))
        {
            if (!job.IsRecorded && File.Exists(Path.Combine(job.Order.Folder, JobScript.FileName)))
            {
                // Jobs that may have been submitted were searched for at the start of the tick; the store does not know this one.
                job.Tell(new Observation.Blocked(job.Order.Attempt, clock.GetUtcNow(),
                    Problem.Create(OperatorCodes.StartedAlready, $"Attempt {job.Order.Index} of task '{job.Order.TaskId}' was started before, by an attempt that state.sqlite does not know", new SourcePosition(job.Order.Folder))));
                continue;
            }

            Guard(job, () => job.Place.Prepare(job.Order));
        }

        var prepared = group.Where(j => j is { IsOver: false, IsPrepared: false }).ToList();
        var jobs = prepared.ToDictionary<ClusterJob, AttemptOrder>(j => j.Order, ReferenceEqualityComparer.Instance);
        Sending? sending = null;
        if (prepared.Count > 0)
        {
            GuardAll(prepared, () => sending = prepared[0].Place.Send([.. prepared.Select(j => j.Order)], cancel));
        }

        foreach (var (request, why) in sending?.Failed ?? [])
        {
            NotStarted([jobs[request]], why);
        }

        foreach (var request in sending?.Ready ?? [])
        {
            jobs[request].IsPrepared = true;
        }

        ready = [.. group.Where(j => j is { IsOver: false, IsPrepared: true })];
        if (ready.Count > 0)
        {
            Name(ready);
            ready.RemoveAll(j => j.IsOver);
        }

        return sending?.Left;
    }

    private void Name(List<ClusterJob> jobs)
    {
        var name = "ms-" + jobs[0].Order.Attempt;
        for (var i = 0; i < jobs.Count; i++)
        {
            var job = jobs[i];
            job.Call(name, jobs.Count == 1 ? null : i + job.Site.Scheduler.FirstIndex);
            Guard(job, () => files.Write(job.Order, JobScript.FileName, JobScript.Write(job.Order, job.Site, job.Shape, name, job.Index)));
        }
    }

    // Reports the result of each job, except for temporary refusals.
    private SubmitAnswer Hand(List<ClusterJob> jobs, bool lookFirst, TimeSpan now, CancellationToken cancel)
    {
        _calls.Enqueue(now);
        var site = jobs[0].Site;
        var bound = Bound(jobs);
        foreach (var job in jobs)
        {
            job.TriedAt = now;
        }

        string script;
        try
        {
            script = Script(jobs, lookFirst, bound);
        }
        catch (ProblemException e)
        {
            // A secret cannot be resolved.
            NotStarted(jobs, $"{e.Problems[0].Code}: {e.Problems[0].Message}");
            return new SubmitAnswer.Refused(e.Problems[0].Message, RefusalKind.Final);
        }

        var answer = shell.Run(new ShellCall(script, bound + SubmitScript.Overhead), cancel);
        var read = answer switch
        {
            // Nothing was submitted: the script exits before that.
            ShellAnswer.Ended { ExitCode: Refusals.NoFolder } ended => NotThere(jobs, ended),
            ShellAnswer.Ended ended => site.Scheduler.Read(ended),
            ShellAnswer.None none => new SubmitAnswer.Unclear(none.Why),
            _ => throw new InvalidOperationException("No rule for this answer"),
        };
        var at = clock.GetUtcNow();
        switch (read)
        {
            case SubmitAnswer.Accepted accepted:
                foreach (var job in jobs)
                {
                    job.Identify(job.Index is { } index ? site.Scheduler.MemberId(accepted.Job, index) : accepted.Job);
                    job.TellWaiting(at, "submitted");
                }

                break;
            case SubmitAnswer.Refused { Kind: RefusalKind.Final or RefusalKind.ArrayTooLarge } refused when refused.Kind == RefusalKind.Final || jobs.Count == 1:
                NotStarted(jobs, $"{OperatorCodes.SubmissionRefused}: {site.Scheduler.Type} on {shell.Name} refuses it: {refused.Why}");
                return refused with { Kind = RefusalKind.Final };
            case SubmitAnswer.Refused:
                TakeBack(jobs);
                break;
            case SubmitAnswer.Unclear unclear:
                foreach (var job in jobs)
                {
                    job.Unanswered++;
                    job.Said = unclear.Why;
                    job.FinalAt = answer is ShellAnswer.None ? now + bound + SubmitScript.Overhead : now;
                    if (unclear.IsDoubtful)
                    {
                        job.Doubt(at);
                    }

                    job.TellWaiting(at,
                        $"it is not known yet whether the scheduler accepted it ({unclear.Why}); it is searched for by name");
                }

                break;
            default:
                throw new InvalidOperationException("No rule for this answer");
        }

        return read;
    }

    // The staged files may have been removed; then the job is prepared again.
    private static SubmitAnswer.Refused NotThere(List<ClusterJob> jobs, ShellAnswer.Ended ended)
    {
        var isGone = PlaceTrouble.IsGone(ended);
        foreach (var job in jobs)
        {
            job.IsPrepared &= !isGone;
        }

        return PlaceTrouble.Of(ended, jobs[0].Place.Name, null) is { Kind: NotSentKind.Waits } waits
            ? new SubmitAnswer.Refused(isGone ? $"its folder on {jobs[0].Place.Name} is gone and is created again" : waits.Why, RefusalKind.Passing)
            : new SubmitAnswer.Refused(ended.Error.Trim(), RefusalKind.Final);
    }

    private static TimeSpan Bound(IReadOnlyList<ClusterJob> jobs) =>
        TimeSpan.FromTicks(Math.Min(FirstBound.Ticks << Math.Min(jobs.Max(j => j.Unanswered), 8), LongestBound.Ticks));

    // The scheduler refused, so the next command need not search for these jobs.
    private void TakeBack(IEnumerable<ClusterJob> jobs)
    {
        foreach (var job in jobs)
        {
            try
            {
                if (!Directory.Exists(job.Order.Folder))
                {
                    // Without a script there is no name to search for.
                }
                else if (job.IsRecorded)
                {
                    // Keep a name of its own: other jobs may be submitted under the old name, and after a crash their job must not be taken
                    // for this one.
                    Name([job]);
                }
                else
                {
                    File.Delete(Path.Combine(job.Order.Folder, JobScript.FileName));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Then the next command after a crash searches for a job that does not exist.
            }

            job.TakeNameBack();
        }
    }

    private static string Script(List<ClusterJob> jobs, bool lookFirst, TimeSpan bound)
    {
        var site = jobs[0].Site;
        var scheduler = site.Scheduler;
        var secrets = site.Env.Where(e => SecretReference.IsIn(e.Value)).Select(e => KeyValuePair.Create(e.Key, site.Reveal(e.Value))).ToList();
        var name = jobs[0].Name!;
        var text = new StringBuilder(jobs[0].Place.WriteScripts([.. jobs.Select(j => (j.Order, JobScript.Read(Path.Combine(j.Order.Folder, JobScript.FileName))!.Text))]))
            // 'LC_ALL=C' applies only to 'cd': its messages are parsed, and the job gets the locale that is set.
            .Append("LC_ALL=C cd -- ").Append(jobs[0].Place.Folder(jobs[0].Order)).Append(" || exit 74\n");
        if (jobs[0].Index is null)
        {
            return text.Append(scheduler.Submit(new Submission(name, null, null, lookFirst, secrets, bound))).ToString();
        }

        var array = new StringBuilder("#!/bin/sh\n");
        foreach (var directive in scheduler.Directives(name, jobs[0].Shape, single: false))
        {
            array.Append(directive).Append('\n');
        }

        array.Append("case $").Append(scheduler.IndexVariable).Append(" in\n");
        foreach (var job in jobs)
        {
            array.Append(CultureInfo.InvariantCulture, $"{job.Index}) cd -- {MemberFolder(job, jobs[0], scheduler)} ;;\n");
        }

        array.Append("*) exit 126 ;;\nesac || exit 126\n").Append(scheduler.StartMember(name)).Append("exec /bin/sh ./").Append(JobScript.FileName).Append(" > stdout.log 2> stderr.log");
        return text.Append(scheduler.Submit(new Submission(name, [.. jobs.Select(j => j.Index!.Value)], array.ToString(), lookFirst, secrets, bound))).ToString();
    }

    // The path relative to the first member's folder, which may be gone by then. A node may have another home folder than the log-in node,
    // so a path that begins there comes last.
    private static string MemberFolder(ClusterJob job, ClusterJob first, IScheduler scheduler)
    {
        var folder = job.Place.Folder(job.Order);
        return Path.GetDirectoryName(job.Order.RelativePath) == Path.GetDirectoryName(first.Order.RelativePath)
            ? $"\"${{{scheduler.SubmitFolderVariable}%/*}}\"/{ShellText.Quote(Path.GetFileName(job.Order.RelativePath))} 2>/dev/null || cd -- {folder}" : folder;
    }

    private void NotStarted(IEnumerable<ClusterJob> jobs, string why)
    {
        foreach (var job in jobs)
        {
            job.Tell(new Observation.NotStarted(job.Order.Attempt, clock.GetUtcNow(), why));
        }
    }

    private void Guard(ClusterJob job, Action action) => GuardAll([job], action);

    private void GuardAll(IReadOnlyList<ClusterJob> jobs, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            foreach (var job in jobs)
            {
                job.Tell(DiskTrouble.Is(e)
                    ? job.Order.HeldUpBy(e, clock.GetUtcNow())
                    : new Observation.NotStarted(job.Order.Attempt, clock.GetUtcNow(), $"{OperatorCodes.StagingFailed}: {e.Message}"));
            }
        }
    }
}
